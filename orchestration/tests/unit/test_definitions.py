"""The state machines as documents: what every state owes, whatever AWS it runs on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from millrace_contracts import ModelKey, SpecKey

ORCHESTRATION = Path(__file__).parents[2]
PIPELINE = json.loads((ORCHESTRATION / "asl" / "pipeline.asl.json").read_text())
CRAWL = json.loads((ORCHESTRATION / "asl" / "crawl.asl.json").read_text())
LAST_RESORTS = {"Notify", "PublishRaw"}


def states_of(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from states_of(branch)


TASKS = [
    (name, state)
    for machine in (PIPELINE, CRAWL)
    for name, state in states_of(machine)
    if state["Type"] == "Task"
]


@pytest.mark.parametrize(("name", "state"), TASKS, ids=[name for name, _ in TASKS])
def test_every_task_ends_in_time_and_retries_named_errors_with_full_jitter(name, state):
    assert state["TimeoutSeconds"] > 0
    for retry in state["Retry"]:
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxDelaySeconds"] >= retry["IntervalSeconds"]
        assert "States.ALL" not in retry["ErrorEquals"] or name == "PublishRaw"


@pytest.mark.parametrize("machine", [PIPELINE, CRAWL])
def test_every_machine_ends_in_time(machine):
    assert machine["TimeoutSeconds"] > 0


@pytest.mark.parametrize(
    "name",
    [name for name, state in PIPELINE["States"].items() if state["Type"] in ("Task", "Parallel")],
)
def test_whatever_fails_reaches_notify_with_its_input_kept(name):
    (catch,) = PIPELINE["States"][name]["Catch"]

    assert catch["ErrorEquals"] == ["States.ALL"]
    if name not in LAST_RESORTS:
        assert (catch["ResultPath"], catch["Next"]) == ("$.failure", "Notify")


def test_a_failed_notify_publishes_the_raw_error_and_the_run_fails_all_the_same():
    notify = PIPELINE["States"]["Notify"]

    assert notify["Catch"][0]["Next"] == "PublishRaw"
    assert notify["Next"] == PIPELINE["States"]["PublishRaw"]["Next"] == "Failed"
    assert PIPELINE["States"]["PublishRaw"]["Catch"][0]["Next"] == "Failed"
    assert PIPELINE["States"]["Failed"]["Type"] == "Fail"


def test_names_are_unique_so_that_progress_can_be_told_by_name():
    names = [name for name, _ in states_of(PIPELINE)]

    assert len(names) == len(set(names))


def test_keys_in_the_definition_are_those_of_the_contract():
    text = json.dumps(PIPELINE)

    spec = str(SpecKey("flights", "dataset.json")).replace("flights", "{}")
    model = str(ModelKey("flights", "v1")).replace("flights", "{}").replace("v1", "{}")
    assert f"'{spec}'" in text
    assert f"{spec}'" in text
    assert f"{model}'" in text


def test_every_substitution_is_given_by_the_template():
    template = (ORCHESTRATION / "deploy" / "template.yaml").read_text()

    for text in (json.dumps(PIPELINE), json.dumps(CRAWL)):
        for name in set(re.findall(r"\$\{(\w+)\}", text)):
            assert re.search(rf"\b{name}: ", template), name
