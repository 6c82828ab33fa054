"""What the use case needs from outside, as protocols. No implementation here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from millrace_contracts.dataset import Expectations, Owner
from millrace_notify.history import HistoryEvent


class Executions(Protocol):
    """Histories of the state machine's executions."""

    def history(self, execution_arn: str) -> Iterator[HistoryEvent]:
        """Events of an execution, latest first. Raises CallFailed, CallRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed dataset, as far as this service needs it."""

    name: str
    owner: Owner | None
    expect: Expectations
    deployed_at: datetime


class Specs(Protocol):
    """The deployed specs."""

    def owner(self, dataset: str) -> Owner | None:
        """The owner in the deployed spec; None when there is no readable one."""
        ...

    def deployed(self) -> Iterator[Deployed]:
        """Every dataset; what cannot be read of one is as if it declared nothing.

        Raises CallFailed, CallRefused.
        """
        ...


class Metrics(Protocol):
    """Numbers that alarms watch."""

    def count(self, numbers: Mapping[str, int]) -> None:
        """Record numbers by name, now. Raises CallFailed, CallRefused."""
        ...


class Webhooks(Protocol):
    """Chat channels that take messages by HTTP."""

    def post(self, team: str, text: str) -> bool:
        """Send a text to a team's channel, else to the one for all.

        Returns:
            False when there is neither.

        Raises:
            CallFailed: It was not accepted, and may be later.
            CallRefused: It is never accepted.
        """
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
