from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import NOON, OWNER

from millrace_contracts import ExpectationMissed
from millrace_contracts.dataset import Expectations
from millrace_contracts.state import MemoryRunState, RunStatus, StageRecord, StageStatus
from millrace_notify.adapters.memory import MemoryMetrics, MemorySpecs, MemoryTopic
from millrace_notify.errors import CallFailed
from millrace_notify.expectations import usual_range
from millrace_notify.ports import Deployed
from millrace_notify.watching import WatchExpectations

DAILY = Expectations(fresh_within_hours=26)


def _watcher(*expectations, topic=None):
    specs = MemorySpecs(
        [
            Deployed(f"d{n}", OWNER, expect, NOON - timedelta(days=9))
            for n, expect in enumerate(expectations)
        ]
    )
    return WatchExpectations(
        MemoryRunState(), specs, topic or MemoryTopic(), MemoryMetrics(), lambda: NOON
    )


def _ran(watcher, run_id, at, rows=None, status=RunStatus.SUCCEEDED):
    watcher.state.start_run(run_id, "d0", at)
    watcher.state.end_run(run_id, "d0", status, at)
    if rows is not None:
        numbers = {"rows_read": rows}
        watcher.state.put_stage(
            StageRecord(run_id, "d0", "etl", StageStatus.SUCCEEDED, at, at, numbers)
        )


def test_a_dataset_without_success_in_time_is_told_once_until_it_succeeds():
    watcher = _watcher(DAILY)
    _ran(watcher, "r1", NOON, rows=10)
    assert watcher.watch(NOON + timedelta(hours=25)) == []

    for hours in (27, 28, 50):
        watcher.watch(NOON + timedelta(hours=hours))
    _ran(watcher, "r2", NOON + timedelta(hours=51), rows=10)
    assert watcher.watch(NOON + timedelta(hours=52)) == []
    watcher.watch(NOON + timedelta(hours=80))

    first, second = watcher.topic.published
    assert first.subject == "[millrace] d0: no new data"
    assert first.attributes == {"dataset": "d0", "owner": "network", "severity": "warning"}
    assert "no new data for 27 hours; 26 are allowed." in first.bodies["email"]
    assert "millrace status r1\n" in first.bodies["email"]
    event = ExpectationMissed.model_validate_json(first.bodies["https"])
    assert (event.expectation, event.run_id) == ("fresh_within_hours", "r1")
    assert "millrace status r2\n" in second.bodies["email"]
    silent = [numbers["DatasetsSilent"] for numbers in watcher.metrics.recorded]
    assert silent == [0, 1, 1, 1, 0, 1]


def test_runs_that_find_nothing_new_or_fail_do_not_make_data_fresh():
    watcher = _watcher(DAILY)
    _ran(watcher, "r1", NOON, rows=10)
    _ran(watcher, "r2", NOON + timedelta(hours=20), status=RunStatus.NOTHING_NEW)
    _ran(watcher, "r3", NOON + timedelta(hours=21), status=RunStatus.FAILED)

    assert len(watcher.watch(NOON + timedelta(hours=27))) == 1


def test_a_dataset_that_never_succeeded_is_silent_since_it_was_deployed():
    watcher = _watcher(DAILY)

    (event,) = watcher.watch(NOON)

    assert event.run_id == ""
    assert "none has succeeded" in watcher.topic.published[0].bodies["email"]


def test_a_dataset_that_expects_nothing_of_the_kind_may_be_silent():
    watcher = _watcher(Expectations())

    assert watcher.watch(NOON + timedelta(days=99)) == []
    assert watcher.metrics.recorded == [{"DatasetsWatched": 1, "DatasetsSilent": 0}]


@pytest.mark.parametrize(("rows", "is_told"), [(0, True), (99, True), (100, False)])
def test_too_few_rows_are_told_once(rows, is_told):
    watcher = _watcher(Expectations(rows_at_least=100))
    _ran(watcher, "r1", NOON, rows=rows)

    assert bool(watcher.watch(NOON)) is is_told
    assert watcher.watch(NOON) == []


def test_zero_rows_are_told_unless_they_are_declared():
    for least, told in ((1, 1), (0, 0)):
        watcher = _watcher(Expectations(rows_at_least=least))
        _ran(watcher, "r1", NOON, rows=0)

        assert len(watcher.watch(NOON)) == told


@pytest.mark.parametrize(
    ("rows", "is_told"), [(1000, False), (2900, False), (3500, True), (350, False), (300, True)]
)
def test_a_count_far_outside_the_usual_is_told(rows, is_told):
    watcher = _watcher(Expectations())
    for day, usual in enumerate((990, 1000, 1010, 1005, 995, 1000)):
        _ran(watcher, f"r{day}", NOON + timedelta(days=day), rows=usual)
    _ran(watcher, "now", NOON + timedelta(days=9), rows=rows)

    events = watcher.watch(NOON + timedelta(days=9))

    assert [event.expectation for event in events] == ["usual_rows"] * is_told
    if is_told:
        assert f"In run now {rows:,} rows were read; 3" in events[0].summary


def test_what_varies_much_is_usual_when_it_varies_and_few_runs_are_no_usual():
    assert usual_range([10, 1000, 10, 1000]) is None
    low, high = usual_range([10, 20, 50, 100, 200, 500, 1000])

    assert low < 1
    assert high > 10_000


@given(st.lists(st.integers(0, 10**9), min_size=5, max_size=30))
def test_the_median_is_always_usual(counts):
    low, high = usual_range(counts)

    assert low <= sorted(counts)[len(counts) // 2] + 1e-6 * (1 + high)
    assert low <= high


def test_what_was_published_before_a_failure_is_not_published_again():
    class FailsOnce(MemoryTopic):
        has_failed = False

        def publish(self, subject, bodies, attributes):
            if self.published and not self.has_failed:
                self.has_failed = True
                raise CallFailed("throttled")
            super().publish(subject, bodies, attributes)

    watcher = _watcher(DAILY, DAILY, topic=FailsOnce())
    with pytest.raises(CallFailed):
        watcher.watch(NOON)
    watcher.watch(NOON)

    assert [message.attributes["dataset"] for message in watcher.topic.published] == ["d0", "d1"]
