"""Tell something once: claimed before, settled after, given back when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from millrace_contracts.state import RunState
from millrace_notify.errors import AnnouncementHeld

LEASE = timedelta(seconds=90)
"""Longer than the Lambda may run, so that nobody announces beside a live worker."""


@contextmanager
def told_once(state: RunState, subject: str, number: int, now: datetime) -> Iterator[bool]:
    """The right to tell of ``subject`` for the n-th time.

    An error in the block gives the right back and a death lets it lapse, so a retry tells: at least
    one message, and two only where the worker dies between the topic's acceptance and settling.

    Yields:
        False when it has been told before.

    Raises:
        AnnouncementHeld: Another call is at it; if that call dies, a retry takes over.
    """
    if not state.claim_announcement(subject, number, now, now + LEASE):
        if not state.announced(subject, number):
            raise AnnouncementHeld(f"{subject}, {number}")
        yield False
        return
    try:
        yield True
    except Exception:
        state.release_announcement(subject, number)
        raise
    state.settle_announcement(subject, number)
