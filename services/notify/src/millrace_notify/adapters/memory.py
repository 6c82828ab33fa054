"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from millrace_contracts.dataset import Owner
from millrace_notify.errors import CallRefused
from millrace_notify.history import HistoryEvent
from millrace_notify.ports import Deployed


class MemoryExecutions:
    """Executions in a dict of histories, earliest event first."""

    def __init__(self, histories: Mapping[str, Sequence[HistoryEvent]]) -> None:
        self._histories = histories

    def history(self, execution_arn: str) -> Iterator[HistoryEvent]:
        if execution_arn not in self._histories:
            raise CallRefused(f"ExecutionDoesNotExist: {execution_arn}")
        yield from reversed(self._histories[execution_arn])


class MemorySpecs:
    """Specs in a list."""

    def __init__(self, deployed: Sequence[Deployed]) -> None:
        self._deployed = list(deployed)

    def owner(self, dataset: str) -> Owner | None:
        return next((one.owner for one in self._deployed if one.name == dataset), None)

    def deployed(self) -> Iterator[Deployed]:
        yield from self._deployed


class MemoryMetrics:
    """Metrics in a list, one entry for each time."""

    def __init__(self) -> None:
        self.recorded: list[Mapping[str, int]] = []

    def count(self, numbers: Mapping[str, int]) -> None:
        self.recorded.append(dict(numbers))


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
