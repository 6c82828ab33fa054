from stage import HISTORY

from millrace_notify.history import HistoryEvent, find_failure


def test_the_failed_state_of_a_branch_is_found_not_its_neighbour_and_not_notify():
    found = find_failure(reversed(HISTORY), "States.TaskFailed")

    assert found.stage == "Etl"
    assert "3 rows" in found.cause


def test_a_history_cut_short_gives_what_it_still_holds():
    assert find_failure(reversed(HISTORY[8:]), "States.TaskFailed").stage == "Etl"
    assert find_failure(reversed(HISTORY[11:]), "States.TaskFailed") is None


def test_an_error_told_under_another_name_is_the_latest_failure():
    assert find_failure(reversed(HISTORY), "RunFailed").stage == "Etl"


def test_a_failure_that_was_retried_is_not_taken_for_the_one_that_ended_the_run():
    events = (
        HistoryEvent(1, 0, "TaskStateEntered", state="View"),
        HistoryEvent(2, 1, "TaskFailed", error="TableNotReady", cause="first"),
        HistoryEvent(3, 2, "TaskTimedOut", error="States.Timeout", cause=""),
    )

    assert find_failure(reversed(events), "States.Timeout").error == "States.Timeout"


def test_a_machine_that_fails_by_itself_has_no_failed_state():
    events = (
        HistoryEvent(1, 0, "ChoiceStateEntered", state="AnythingNew"),
        HistoryEvent(2, 1, "ExecutionFailed", error="States.Runtime"),
    )

    assert find_failure(reversed(events), "States.Runtime") is None


def test_an_iteration_that_failed_for_a_state_in_it_is_told_as_that_state():
    events = (
        HistoryEvent(1, 0, "TaskStateEntered", state="Run"),
        HistoryEvent(2, 1, "TaskTimedOut", error="States.Timeout", cause="late"),
        HistoryEvent(3, 2, "FailStateEntered", state="SomeNotRun"),
        HistoryEvent(4, 3, "MapIterationFailed"),
        HistoryEvent(5, 4, "MapStateFailed"),
    )

    found = find_failure(reversed(events), "DatasetsNotRun")

    assert (found.stage, found.error) == ("Run", "States.Timeout")
