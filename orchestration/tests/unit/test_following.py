from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from millrace.runs.following import Change, Outcome, Step, follow

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def event(number: int, kind: str, after: float, previous: int, **details: object) -> dict:
    at = NOON + timedelta(seconds=after)
    return {"id": number, "type": kind, "timestamp": at, "previousEventId": previous, **details}


def entered(number: int, name: str, after: float) -> dict:
    return event(number, "TaskStateEntered", after, 0, stateEnteredEventDetails={"name": name})


def exited(number: int, name: str, after: float, output: object = None) -> dict:
    details = {"name": name, "output": json.dumps(output)}
    return event(number, "TaskStateExited", after, number - 1, stateExitedEventDetails=details)


class RecordedAws:
    """Answers as Step Functions does, one more event at each look, two to a page."""

    def __init__(self, events: list[dict], ending: dict) -> None:
        self._events, self._ending, self._looks = events, ending, 0

    def client(self, _service: str) -> RecordedAws:
        return self

    def describe_execution(self, executionArn: str) -> dict:
        running = self._looks < len(self._events)
        return {"status": "RUNNING"} if running else {"startDate": NOON, **self._ending}

    def get_execution_history(
        self, executionArn: str, reverseOrder: bool, maxResults: int, nextToken: str = "0"
    ):
        self._looks += nextToken == "0"
        start, shown = int(nextToken), self._events[: self._looks]
        if reverseOrder:
            shown = shown[::-1]
        page = {"events": shown[start : start + 2]}
        return page | ({"nextToken": str(start + 2)} if len(shown) > start + 2 else {})


def told_by(events: list[dict], ending: dict) -> tuple[list[Change], Outcome]:
    changes = follow(RecordedAws(events, ending), "arn")
    told = []
    while True:
        try:
            told.append(next(changes))
        except StopIteration as ended:
            return told, ended.value


def test_states_in_parallel_are_told_as_they_start_and_end():
    events = [
        entered(1, "Etl", 0),
        entered(2, "CrawlLanding", 0.5),
        exited(3, "CrawlLanding", 2),
        exited(4, "Etl", 9, {"job_run": "jr"}),
        event(5, "ExecutionSucceeded", 10, 4),
    ]

    told, outcome = told_by(
        events, {"status": "SUCCEEDED", "stopDate": NOON + timedelta(seconds=10)}
    )

    assert [(change.state, change.step) for change in told] == [
        ("Etl", Step.STARTED),
        ("CrawlLanding", Step.STARTED),
        ("CrawlLanding", Step.SUCCEEDED),
        ("Etl", Step.SUCCEEDED),
    ]
    assert told[-1].output == {"job_run": "jr"}
    assert outcome.took_s == {"CrawlLanding": 1.5, "Etl": 9}
    assert (outcome.wall_s, outcome.failed) == (10, ())


def test_a_failed_attempt_is_told_under_its_state_s_name():
    details = {"error": "TableNotReady", "cause": "…"}
    events = [
        entered(1, "View", 0),
        event(2, "TaskScheduled", 0.1, 1),
        event(3, "TaskFailed", 1, 2, taskFailedEventDetails=details),
        event(4, "ExecutionFailed", 2, 3),
    ]

    told, outcome = told_by(
        events,
        {"status": "FAILED", "stopDate": NOON, "error": "TableNotReady", "cause": "no table"},
    )

    assert (told[-1].state, told[-1].step, told[-1].error) == (
        "View",
        Step.ATTEMPT_FAILED,
        "TableNotReady",
    )
    assert (outcome.failed, outcome.cause) == (("View",), "no table")
