"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from millrace_contracts.dataset import Owner
from millrace_notify.errors import CallRefused
from millrace_notify.history import HistoryEvent


class MemoryExecutions:
    """Executions in a dict of histories, earliest event first."""

    def __init__(self, histories: Mapping[str, Sequence[HistoryEvent]]) -> None:
        self._histories = histories

    def history(self, execution_arn: str) -> Iterator[HistoryEvent]:
        if execution_arn not in self._histories:
            raise CallRefused(f"ExecutionDoesNotExist: {execution_arn}")
        yield from reversed(self._histories[execution_arn])


class MemoryOwners:
    """Owners in a dict."""

    def __init__(self, owners: Mapping[str, Owner]) -> None:
        self._owners = owners

    def owner(self, dataset: str) -> Owner | None:
        return self._owners.get(dataset)


@dataclass(frozen=True, slots=True)
class Published:
    """One message as it was accepted."""

    subject: str
    bodies: Mapping[str, str]
    attributes: Mapping[str, str]


class MemoryTopic:
    """Topic in a list."""

    def __init__(self) -> None:
        self.published: list[Published] = []

    def publish(
        self, subject: str, bodies: Mapping[str, str], attributes: Mapping[str, str]
    ) -> None:
        self.published.append(Published(subject, bodies, attributes))
