from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from millrace.costing import load_prices, make_bill
from millrace.costing.bill import FunctionSize, Known
from millrace.errors import InputRejected
from millrace.runs import build_tree, order_datasets

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


class Told:
    """A history as it grows, by the second."""

    def __init__(self) -> None:
        self.events: list[dict] = []

    def add(self, kind: str, previous: int, at: float, **details: object) -> int:
        number = len(self.events) + 1
        moment = NOON + timedelta(seconds=at)
        event = {"id": number, "type": kind, "previousEventId": previous, "timestamp": moment}
        self.events.append({**event, **details})
        return number

    def enter(self, kind: str, name: str, previous: int, at: float) -> int:
        return self.add(
            f"{kind}StateEntered", previous, at, stateEnteredEventDetails={"name": name}
        )

    def leave(self, kind: str, name: str, previous: int, at: float) -> int:
        return self.add(f"{kind}StateExited", previous, at, stateExitedEventDetails={"name": name})

    def schedule(self, service: str, resource: str, previous: int, at: float, **given: object):
        details = {"resourceType": service, "resource": resource, "parameters": json.dumps(given)}
        return self.add("TaskScheduled", previous, at, taskScheduledEventDetails=details)

    def fail(self, error: str, cause: str, previous: int, at: float) -> int:
        details = {"error": error, "cause": cause}
        return self.add("TaskFailed", previous, at, taskFailedEventDetails=details)


def a_run() -> Told:
    """Two branches: one succeeds at once, one on its second attempt; then a state fails."""
    told = Told()
    outer = told.enter("Parallel", "Refine", 0, 0)
    began = told.add("ParallelStateStarted", outer, 0)
    crawl = told.enter("Task", "Crawl", began, 0)
    etl = told.enter("Task", "Etl", began, 0)
    crawl = told.schedule("states", "startExecution.sync:2", crawl, 0, Input={"crawler": "c"})
    etl = told.schedule("glue", "startJobRun.sync", etl, 0, JobName="etl")
    crawl = told.leave("Task", "Crawl", crawl, 2)
    etl = told.fail("Glue.Throttled", "slow down", etl, 3)
    etl = told.schedule("glue", "startJobRun.sync", etl, 5, JobName="etl")
    output = json.dumps({"ExecutionTime": 90, "MaxCapacity": 2})
    etl = told.add("TaskSucceeded", etl, 95, taskSucceededEventDetails={"output": output})
    etl = told.leave("Task", "Etl", etl, 95)
    done = told.add("ParallelStateSucceeded", etl, 95)
    done = told.leave("Parallel", "Refine", done, 95)
    view = told.enter("Task", "View", done, 95)
    view = told.schedule("lambda", "invoke", view, 95, FunctionName="view")
    told.fail("TerminalError", '{"errorMessage": "no such column"}', view, 97)
    return told


def test_branches_stand_below_their_parallel_with_retries_and_errors():
    refine, view = build_tree(a_run().events)

    assert [state.name for state in refine.below] == ["Crawl", "Etl"]
    crawl, etl = refine.below
    assert (crawl.took_s, crawl.attempts, crawl.status(True)) == (2, 1, "SUCCEEDED")
    assert (etl.took_s, etl.attempts, etl.error) == (95, 2, "")
    assert (view.status(True), view.status(False), view.error) == (
        "FAILED",
        "RUNNING",
        "TerminalError",
    )


def test_a_state_that_its_neighbour_s_failure_stopped_is_aborted():
    told = Told()
    began = told.add("ParallelStateStarted", told.enter("Parallel", "P", 0, 0), 0)
    told.enter("Task", "Slow", began, 0)
    bad = told.schedule("lambda", "invoke", told.enter("Task", "Bad", began, 0), 0)
    told.fail("Boom", "", bad, 1)

    (outer,) = build_tree(told.events)

    assert outer.status(True) == "FAILED"
    assert [state.status(True) for state in outer.below] == ["ABORTED", "FAILED"]


def test_a_bill_follows_the_price_table():
    prices = load_prices()
    bill = make_bill(
        build_tree(a_run().events), prices, Known(lambda _: FunctionSize(1024, "x86_64"))
    )
    by_state = {item.state: item.dollars for item in bill.items}

    assert by_state["Etl"] == pytest.approx(90 / 3600 * 2 * prices.dpu_hour)
    assert by_state["Crawl"] == pytest.approx(600 / 3600 * 2 * prices.dpu_hour)
    assert by_state["all"] == pytest.approx(5 * prices.transition)
    assert bill.dollars == pytest.approx(sum(by_state.values()))


def test_an_instance_that_the_table_does_not_know_has_no_price():
    told = Told()
    forecast = told.enter("Task", "Forecast", 0, 0)
    forecast = told.schedule("sagemaker", "createProcessingJob.sync", forecast, 0)
    output = {"ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.x9.huge"}}}
    told.add("TaskSucceeded", forecast, 9, taskSucceededEventDetails={"output": json.dumps(output)})

    bill = make_bill(
        build_tree(told.events), load_prices(), Known(lambda _: FunctionSize(1, "arm64"))
    )

    assert bill.unknown == ("Forecast",)


def test_datasets_are_ordered_by_what_they_need_and_circles_are_named():
    needs = {"c": ["a", "b"], "a": [], "b": ["a", "elsewhere"], "d": []}

    assert order_datasets(needs) == [["a", "d"], ["b"], ["c"]]
    with pytest.raises(InputRejected, match="a, b"):
        order_datasets({"a": ["b"], "b": ["a"], "c": []})
