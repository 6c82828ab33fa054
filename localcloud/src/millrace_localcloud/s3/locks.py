"""One lock per key, so that checking a condition and writing are one step."""

from __future__ import annotations

import threading
from typing import Any

_STRIPES = 256
_locks = tuple(threading.RLock() for _ in range(_STRIPES))


def key_lock(bucket: str, key: str) -> Any:
    """The re-entrant lock of ``key``; several keys share one, so hold one key at a time."""
    return _locks[hash((bucket, key)) % _STRIPES]
