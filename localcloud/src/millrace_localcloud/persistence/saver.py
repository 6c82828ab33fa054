"""When the state is saved: soon after a change, and once more at the end."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from millrace_localcloud.persistence import pickling, snapshot
from millrace_localcloud.persistence.keeping import Keeping

_SOON_S = 0.5
_LATER_S = 10.0
"""What changes without a request, as an execution that ends by itself, waits at most so long."""
_SHARE = 20
"""A save that takes one second is followed by that many without one."""
_QUIET_S = 0.25

_log = logging.getLogger(__name__)


class SaveFailed(RuntimeError):
    """Something in the state cannot be saved; what was saved before stays."""


class Saver:
    """Saves in a thread of its own."""

    saving: Callable[[], Callable[[], None]] = staticmethod(lambda: lambda: None)
    """Called before a snapshot; what it answers is called when the snapshot is written."""

    def __init__(
        self, path: Path, quiet: Callable[[float], AbstractContextManager[None]], keeping: Keeping
    ) -> None:
        self._path = path
        self._quiet = quiet
        self._keeping = keeping
        keeping.unkept = self._note_failure
        self._lock = threading.Lock()
        self._dirty = threading.Event()
        self._stopping = threading.Event()
        self._saved = b""
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)
        self.failure: str | None = None

    def start(self) -> None:
        self._thread.start()

    def changed(self) -> None:
        self._dirty.set()

    def stop(self) -> None:
        """Save a last time."""
        self._stopping.set()
        self._dirty.set()
        self._thread.join()
        self.save()

    def save(self) -> None:
        """Save now, unless nothing has changed. Raises SaveFailed."""
        with self._lock:
            self._dirty.clear()
            with self._quiet(_QUIET_S), self._keeping.lock:
                # First the journals: what is told to them meanwhile may be in both.
                saved = self.saving()
                number = self._keeping.number
                backends = pickling.live_backends()
                try:
                    payload = pickling.dump(backends)
                except Exception as exc:
                    self._note_failure(backends, exc)
                    raise SaveFailed(self.failure) from exc
            self.failure = None
            digest = hashlib.sha256(payload).digest()
            if digest != self._saved:
                snapshot.write(self._path, payload, number)
                self._saved = digest
            saved()
            with self._keeping.lock:
                self._keeping.covered(number)

    def _note_failure(self, backends: pickling.Backends, exc: Exception) -> None:
        self.failure = _explain(backends, exc)
        _log.error("not saved: %s", self.failure)

    def _run(self) -> None:
        pause_s = _LATER_S
        while not self._stopping.is_set():
            hurry = self._dirty.wait(pause_s)
            if self._stopping.wait(_SOON_S if hurry else 0):
                return
            started_at = time.monotonic()
            try:
                self.save()
            except Exception:
                _log.exception("the state was not saved")
            took_s = time.monotonic() - started_at
            if self._stopping.wait(took_s * _SHARE):
                return
            pause_s = _SOON_S if hurry else min(2 * pause_s, _LATER_S)


def _explain(backends: pickling.Backends, exc: Exception) -> str:
    """Name the services whose state cannot be saved."""
    culprits = []
    for place, backend in backends.items():
        try:
            pickling.dump({place: backend})
        except Exception as own:
            culprits.append(f"{place[0]} in {place[3]}: {type(own).__name__}: {own}")
    return "; ".join(culprits) or f"{type(exc).__name__}: {exc}"
