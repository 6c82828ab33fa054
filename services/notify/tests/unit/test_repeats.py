from datetime import UTC, datetime, timedelta

import pytest

from millrace_contracts.state import RunRecord, RunStatus
from millrace_notify.repeats import find_repeats, untold_runs

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def _run(number, *, status=RunStatus.FAILED, cause="row 7 of r1 is bad", hours=1.0):
    started_at = NOON + timedelta(hours=hours * number)
    return RunRecord(f"r{number}", "flights", status, started_at, started_at, "E", cause)


def _failures(count, **changes):
    """Runs that fail alike, newest first."""
    return [_run(number, **changes) for number in range(count, 0, -1)]


@pytest.mark.parametrize(
    ("earlier", "is_told", "untold"),
    [
        (0, True, ()),
        (3, True, ()),
        (4, False, ("r5",)),
        (7, True, ("r5", "r6", "r7")),
        (8, False, ("r9",)),
        (15, True, tuple(f"r{n}" for n in range(9, 16))),
    ],
)
def test_of_failures_alike_four_are_told_and_then_ever_fewer_with_those_left_out(
    earlier, is_told, untold
):
    newest, *others = _failures(earlier + 1)

    repeats = find_repeats(others, newest)

    assert (repeats.count, repeats.is_told) == (earlier + 1, is_told)
    if is_told:
        assert repeats.untold == untold


@pytest.mark.parametrize("count", range(1, 40))
def test_every_failure_is_told_once_by_a_message_of_its_own_or_by_a_later_one(count):
    told = []
    for number in range(1, count + 1):
        newest, *others = _failures(number)
        repeats = find_repeats(others, newest)
        if repeats.is_told:
            told += [*repeats.untold, newest.run_id]
    told += untold_runs(_failures(count))[-(count - len(told)) :] if len(told) < count else ()

    assert told == [f"r{number}" for number in range(1, count + 1)]


def test_numbers_and_ids_in_a_cause_do_not_make_it_another():
    failed = _run(2, cause="row 8 of 0af32b1c-aaaa is bad")

    assert find_repeats([_run(1, cause="row 7 of 1be45d2f-bbbb is bad")], failed).count == 2


@pytest.mark.parametrize(
    "between",
    [
        _run(2, status=RunStatus.SUCCEEDED),
        _run(2, status=RunStatus.NOTHING_NEW),
        _run(2, cause="disk full"),
    ],
)
def test_a_success_or_another_failure_in_between_begins_anew(between):
    assert find_repeats([between, _run(1)], _run(3)).count == 1


def test_a_run_that_is_still_running_is_passed_over():
    running = _run(2, status=RunStatus.RUNNING)

    assert find_repeats([running, _run(1)], _run(3)).count == 2


def test_failures_more_than_a_day_apart_are_not_repeats():
    newest, *others = _failures(3, hours=25.0)

    assert find_repeats(others, newest).count == 1
