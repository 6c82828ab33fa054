"""The use case: tell of datasets that are silent or whose rows are not as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from millrace_contracts import ExpectationMissed
from millrace_contracts.state import RunRecord, RunState, RunStatus
from millrace_notify.expectations import silent_for, usual_range
from millrace_notify.message import as_subject, by_protocol
from millrace_notify.once import told_once
from millrace_notify.ports import Deployed, Metrics, Specs, Topic

_LOOKED_BACK = 2000
"""Runs of one dataset; at one in five minutes, the last week."""
_COMPARED = 20
_ETL = "etl"


@dataclass(frozen=True, slots=True)
class _Miss:
    """One expectation that is not met."""

    expectation: Literal["fresh_within_hours", "rows_at_least", "usual_rows"]
    run_id: str
    subject: str
    told: str
    key: str
    """The same as long as it is the same miss."""


@dataclass(frozen=True, slots=True)
class WatchExpectations:
    """Watch every deployed dataset, with everything it touches passed in."""

    state: RunState
    specs: Specs
    topic: Topic
    metrics: Metrics
    now: Callable[[], datetime]

    def watch(self, at: datetime) -> Sequence[ExpectationMissed]:
        """Publish one message for each expectation that is newly missed.

        The numbers of datasets looked at and of those that are silent are recorded each time, so
        that an alarm hears when nobody looks.

        Args:
            at: The moment the check was due.

        Returns:
            What was published.

        Raises:
            TransientError: AWS asked to retry; what was published is not published again.
        """
        published: list[ExpectationMissed] = []
        silent = watched = 0
        for dataset in self.specs.deployed():
            watched += 1
            for miss in self._misses(dataset, at):
                silent += miss.expectation == "fresh_within_hours"
                event = _event(dataset, miss, at)
                with told_once(self.state, miss.key, 0, self.now()) as is_new:
                    if is_new:
                        self._publish(dataset, miss, event)
                        published.append(event)
        self.metrics.count({"DatasetsWatched": watched, "DatasetsSilent": silent})
        return published

    def _misses(self, dataset: Deployed, at: datetime) -> Iterator[_Miss]:
        runs = self.state.runs(dataset.name, _LOOKED_BACK)
        succeeded = [run for run in runs if run.status is RunStatus.SUCCEEDED]
        freshness = self._freshness(dataset, succeeded, at)
        if freshness is not None:
            yield freshness
        if succeeded:
            yield from self._rows(dataset, succeeded)

    def _freshness(
        self, dataset: Deployed, succeeded: list[RunRecord], at: datetime
    ) -> _Miss | None:
        allowed = dataset.expect.fresh_within_hours
        if allowed is None:
            return None
        latest = succeeded[0] if succeeded else None
        since = (latest.ended_at or latest.started_at) if latest else dataset.deployed_at
        silence = silent_for(since, at, allowed)
        if silence is None:
            return None
        hours = silence.total_seconds() / 3600
        return _Miss(
            expectation="fresh_within_hours",
            run_id=latest.run_id if latest else "",
            subject="no new data",
            told=f"{dataset.name} has had no new data for {hours:.0f} hours;"
            f" {allowed:g} are allowed.",
            key=f"{dataset.name}/silent-since-{since.isoformat()}",
        )

    def _rows(self, dataset: Deployed, succeeded: list[RunRecord]) -> Iterator[_Miss]:
        latest = succeeded[0]
        rows = self._rows_read(latest)
        if rows is None:
            return
        if rows < dataset.expect.rows_at_least:
            told = (
                f"{rows:,} rows were read; at least {dataset.expect.rows_at_least:,} are expected."
            )
            yield self._row_miss("rows_at_least", latest, "too few rows", told)
        elif dataset.expect.usual_rows:
            counts = [self._rows_read(run) for run in succeeded[1 : 1 + _COMPARED]]
            usual = usual_range([count for count in counts if count is not None])
            if usual is not None and not usual[0] <= rows <= usual[1]:
                low, high = max(usual[0], 0), usual[1]
                told = f"{rows:,} rows were read; {low:,.0f} to {high:,.0f} are usual."
                yield self._row_miss("usual_rows", latest, "unusual number of rows", told)

    def _row_miss(
        self,
        expectation: Literal["rows_at_least", "usual_rows"],
        run: RunRecord,
        subject: str,
        told: str,
    ) -> _Miss:
        key = f"{run.run_id}/{expectation}"
        return _Miss(expectation, run.run_id, subject, f"In run {run.run_id} {told}", key)

    def _rows_read(self, run: RunRecord) -> int | None:
        for stage in self.state.stages(run.run_id):
            if stage.stage == _ETL:
                return stage.numbers.get("rows_read")
        return None

    def _publish(self, dataset: Deployed, miss: _Miss, event: ExpectationMissed) -> None:
        owner = {"owner": event.owner} if event.owner else {}
        self.topic.publish(
            as_subject(f"[millrace] {dataset.name}: {miss.subject}"),
            by_protocol(_text(dataset, miss, event), event.model_dump_json()),
            {"dataset": dataset.name, "severity": event.severity, **owner},
        )


def _event(dataset: Deployed, miss: _Miss, at: datetime) -> ExpectationMissed:
    return ExpectationMissed(
        dataset=dataset.name,
        run_id=miss.run_id,
        expectation=miss.expectation,
        summary=miss.told,
        owner=dataset.owner.team if dataset.owner else "",
        noticed_at=at,
    )


def _text(dataset: Deployed, miss: _Miss, event: ExpectationMissed) -> str:
    owner = f"{dataset.owner.team} <{dataset.owner.email}>" if dataset.owner else "unknown"
    lines = [
        miss.told,
        "",
        f"Dataset:    {dataset.name}",
        f"Owner:      {owner}",
        f"Expected:   expect.{miss.expectation} in datasets/{dataset.name}/dataset.yaml",
        f"Last run:   {miss.run_id or 'none has succeeded'}",
        f"Noticed at: {event.noticed_at:%Y-%m-%d %H:%M:%S} UTC",
        "",
        "See its runs with:",
        f"    millrace status {miss.run_id}".rstrip(),
        "run it with:",
        f"    millrace run {dataset.name}",
    ]
    return "\n".join(lines) + "\n"
