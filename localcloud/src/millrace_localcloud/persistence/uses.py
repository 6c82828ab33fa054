"""Which of moto's backends a thread has used: the ones that it may have changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import AccountSpecificBackend

from millrace_localcloud.seams import replace_attribute

Use = tuple[Any, str]
"""moto's backends of one account and service, and the region."""

_here = threading.local()


@contextmanager
def uses() -> Iterator[set[Use]]:
    """The backends that this thread takes hold of inside."""
    outer: set[Use] | None = getattr(_here, "used", None)
    used: set[Use] = set()
    _here.used = used
    try:
        yield used
    finally:
        _here.used = outer
        if outer is not None:
            outer |= used


def install() -> None:
    """Note every look-up of a backend; moto has no other way to one."""
    look_up = AccountSpecificBackend.__getitem__

    def look_up_and_note(self: Any, region: str) -> Any:
        used: set[Use] | None = getattr(_here, "used", None)
        if used is not None:
            used.add((self, "aws" if region == "global" else region))
        return look_up(self, region)

    replace_attribute(AccountSpecificBackend, "__getitem__", look_up_and_note)
