"""The state machines as documents: what every state owes, whatever AWS it runs on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from millrace.definitions.templates import read_template
from millrace_contracts import ModelKey, SpecKey
from millrace_contracts.keys import drop_prefix, past_forecasts_key, scores_prefix

ORCHESTRATION = Path(__file__).parents[2]
PIPELINE = json.loads((ORCHESTRATION / "asl" / "pipeline.asl.json").read_text())
CRAWL = json.loads((ORCHESTRATION / "asl" / "crawl.asl.json").read_text())
TRIGGER = json.loads((ORCHESTRATION / "asl" / "trigger.asl.json").read_text())
PIPELINES = json.loads((ORCHESTRATION / "asl" / "pipelines.asl.json").read_text())
REPORT = json.loads((ORCHESTRATION / "asl" / "report.asl.json").read_text())

MACHINES = [PIPELINE, CRAWL, REPORT, TRIGGER, PIPELINES]


def states_of(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for branch in (*state.get("Branches", ()), state.get("ItemProcessor", {"States": {}})):
            yield from states_of(branch)


SDK_NAMES = {
    "cloudwatch": ("cloudwatch", "CloudWatch"),
    "glue": ("glue", "Glue"),
    "s3": ("s3", "S3"),
    "sagemaker": ("sagemaker", "SageMaker"),
    "sfn": ("stepfunctions", "Sfn"),
    "ssm": ("ssm", "Ssm"),
}
OPTIMISED_NAMES = {
    "dynamodb": ("dynamodb", "DynamoDB", "AmazonDynamoDBException"),
    "glue": ("glue", "Glue", "AWSGlueException"),
    "lambda": ("lambda", "Lambda", "AWSLambdaException"),
    "sagemaker": ("sagemaker", "SageMaker", "AmazonSageMakerException"),
    "sns": ("sns", "SNS", "AmazonSNSException"),
    "states": ("stepfunctions", "StepFunctions", "AWSStepFunctionsException"),
}

TASKS = [
    (name, state)
    for machine in MACHINES
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


def given_names(resource: str) -> tuple[set[str], str]:
    """Every error name that a task of the service can end with, and that of an undeclared error.

    They are classes of the Java SDK: of version 2 for aws-sdk tasks, of version 1 for the others.
    """
    named = resource.split(":::")[1].split(":")
    if named[0] == "aws-sdk":
        service, prefix = SDK_NAMES[named[1]]
        base = f"{prefix}Exception"
    else:
        service, prefix, base = OPTIMISED_NAMES[named[0]]
    declared = botocore.session.get_session().get_service_model(service).error_shapes
    names = {f"{re.sub('(Exception|Fault)$', '', shape.name)}Exception" for shape in declared}
    every = {f"{prefix}.{name}" for name in {*names, base, "SdkClientException"}}
    return every, f"{prefix}.{base}"


@pytest.mark.parametrize(("name", "state"), TASKS, ids=[name for name, _ in TASKS])
def test_every_error_of_a_service_is_named_as_step_functions_names_it(name, state):
    known, undeclared = given_names(state["Resource"])
    retried, caught = (
        {
            error
            for handler in handlers
            for error in handler["ErrorEquals"]
            if "." in error and not error.startswith("States.")
        }
        for handlers in (state["Retry"], state.get("Catch", ()))
    )

    assert retried | caught <= known
    # Most services do not declare throttling, and a call that is throttled is to be tried again.
    assert undeclared in retried or not retried


@pytest.mark.parametrize("machine", MACHINES)
def test_every_machine_ends_in_time(machine):
    assert machine["TimeoutSeconds"] > 0


def test_a_failure_ends_the_run_where_it_happened_so_that_a_redrive_goes_on_from_there():
    for name, state in states_of(PIPELINE):
        assert state["Type"] != "Fail", f"{name} would fail again when redriven"
        for catch in state.get("Catch", ()):
            assert "States.ALL" not in catch["ErrorEquals"]
            assert catch["Next"] in ("NameModel", "WhoseTurn", "TakeOver")


def test_a_failed_notify_publishes_the_raw_error():
    (catch,) = REPORT["States"]["Notify"]["Catch"]

    assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], "PublishRaw")
    assert REPORT["States"]["PublishRaw"]["Next"] == "ToldAsItIs"
    assert REPORT["States"]["ToldAsItIs"]["Type"] == "Fail"


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
    for key in (past_forecasts_key("flights"), scores_prefix("flights")):
        assert f"{key.replace('flights', '{}')}'" in text


def test_every_substitution_is_given_by_the_template():
    template = "".join(file.read_text() for file in ORCHESTRATION.glob("deploy/*.yaml"))

    for text in map(json.dumps, MACHINES):
        for name in set(re.findall(r"\$\{(\w+)\}", text)):
            assert re.search(rf"\b{name}: ", template), name


def test_what_starts_a_run_on_a_drop_looks_where_files_are_dropped():
    template = (ORCHESTRATION / "deploy" / "dataset.yaml").read_text()

    assert f'prefix: !Sub "{drop_prefix("${Dataset}")}"' in template


def test_the_alarm_of_a_dataset_is_on_the_metric_that_its_runs_record():
    template = read_template(ORCHESTRATION / "deploy" / "dataset.yaml")
    alarm = template["Resources"]["AccuracyAlarm"]["Properties"]
    (recorded,) = (state for name, state in states_of(PIPELINE) if name == "RecordAccuracy")
    (datum,) = recorded["Parameters"]["MetricData"]

    assert alarm["Namespace"] == recorded["Parameters"]["Namespace"]
    assert alarm["MetricName"] == datum["MetricName"]
    assert alarm["Dimensions"] == [
        {"Name": "Environment", "Value": {"Ref": "Environment"}},
        {"Name": "Dataset", "Value": {"Ref": "Dataset"}},
    ]
    assert datum["Dimensions"] == [
        {"Name": "Environment", "Value": "${Environment}"},
        {"Name": "Dataset", "Value.$": "$.dataset"},
    ]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanThreshold")
