"""What the use case needs from outside, as protocols. No implementation here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from millrace_contracts.dataset import Owner
from millrace_notify.history import HistoryEvent


class Executions(Protocol):
    """Histories of the state machine's executions."""

    def history(self, execution_arn: str) -> Iterator[HistoryEvent]:
        """Events of an execution, latest first. Raises CallFailed, CallRefused."""
        ...


class Owners(Protocol):
    """Who owns the datasets."""

    def owner(self, dataset: str) -> Owner | None:
        """The owner in the deployed spec; None when there is no readable one."""
        ...


class Topic(Protocol):
    """Where messages go."""

    def publish(
        self, subject: str, bodies: Mapping[str, str], attributes: Mapping[str, str]
    ) -> None:
        """Send one message.

        Args:
            subject: At most 100 ASCII characters.
            bodies: Body by protocol, as ``email``; ``default`` for those not named.
            attributes: What subscriptions filter by.

        Raises:
            CallFailed: It was not accepted, and may be later.
            CallRefused: It is never accepted.
        """
        ...
