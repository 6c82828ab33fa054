"""The right to be the only run that works on a table, kept alive while the work goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from millrace_contracts.state import RunState
from millrace_etl.errors import LeaseLost, TableBusy


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """How long a lease lasts and how long another's is waited for."""

    lasts: timedelta = timedelta(seconds=30)
    """A run that is killed blocks the table for this long."""
    renew_every_s: float = 8.0
    wait: timedelta = timedelta(minutes=10)
    look_again_s: float = 1.0


class Lease:
    """One lease held by this process."""

    def __init__(
        self,
        state: RunState,
        name: str,
        holder: str,
        now: Callable[[], datetime],
        terms: LeaseTerms,
    ) -> None:
        self._state = state
        self._name = name
        self._holder = holder
        self._now = now
        self._terms = terms
        self._ended = threading.Event()
        self._until: datetime | None = None
        self._lapsed = False

    def check(self) -> None:
        """Extend the lease. Raises LeaseLost when another run has taken it, or may have had it."""
        if not self._extend():
            raise LeaseLost(f"{self._name} passed to another run while this one worked on it")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Take the lease, keep it alive, give it back.

        Raises:
            TableBusy: Another run kept it for longer than the terms wait.
        """
        self._take()
        keeper = threading.Thread(target=self._keep, name=f"lease {self._name}", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            self._ended.set()
            keeper.join()
            self._state.release_lease(self._name, self._holder)

    def _take(self) -> None:
        patience_ends = self._now() + self._terms.wait
        while not self._extend():
            if self._now() >= patience_ends:
                raise TableBusy(
                    f"{self._name} is held by another run for longer than {self._terms.wait}"
                )
            self._ended.wait(self._terms.look_again_s)

    def _extend(self) -> bool:
        now = self._now()
        until = now + self._terms.lasts
        taken = self._state.acquire_lease(self._name, self._holder, now, until)
        # A run that took it meanwhile, and gave it back, has swept what this one staged.
        self._lapsed = self._lapsed or (self._until is not None and self._now() >= self._until)
        if taken and not self._lapsed:
            self._until = until
        return taken and not self._lapsed

    def _keep(self) -> None:
        while not self._ended.wait(self._terms.renew_every_s):
            if not self._extend():
                return
