"""The API around executions: names, listing, history, stopping, definitions, events."""

from __future__ import annotations

import json
import uuid

import pytest

from .machines import ROLE, one_state, sequence, until


@pytest.fixture
def unique():
    return uuid.uuid4().hex[:10]


@pytest.fixture(scope="module")
def passing(machines):
    return machines.create(one_state(Type="Pass"))


@pytest.fixture(scope="module")
def waiting(machines):
    return machines.create(one_state(Type="Wait", Seconds=300))


def test_executions_without_a_name_get_names_of_their_own(machines, passing):
    first, second = machines.start(passing), machines.start(passing)

    assert first != second
    uuid.UUID(machines.wait(first)["name"])


def test_starting_again_with_the_same_name_and_input_finds_the_running_execution(machines, waiting):
    first = machines.start(waiting, {"n": 1}, name="same")

    assert machines.start(waiting, {"n": 1}, name="same") == first
    with pytest.raises(machines.client.exceptions.ExecutionAlreadyExists):
        machines.start(waiting, {"n": 2}, name="same")


def test_a_name_cannot_be_used_again_after_its_execution_ended(machines, passing):
    machines.wait(machines.start(passing, {"n": 1}, name="once"))

    with pytest.raises(machines.client.exceptions.ExecutionAlreadyExists):
        machines.start(passing, {"n": 1}, name="once")


def test_an_input_that_is_not_json_and_a_name_with_a_space_are_refused(machines, passing):
    with pytest.raises(machines.client.exceptions.InvalidExecutionInput):
        machines.client.start_execution(stateMachineArn=passing, input="{")
    with pytest.raises(machines.client.exceptions.InvalidName):
        machines.client.start_execution(stateMachineArn=passing, name="a b")


def test_executions_are_listed_newest_first_by_status_and_page(machines):
    machine = machines.create(one_state(Type="Pass"))
    started = [machines.start(machine) for _ in range(3)]
    for execution in started:
        machines.wait(execution)

    pages = machines.client.get_paginator("list_executions").paginate(
        stateMachineArn=machine, statusFilter="SUCCEEDED", PaginationConfig={"PageSize": 2}
    )
    listed = [execution for page in pages for execution in page["executions"]]

    assert [one["executionArn"] for one in listed] == started[::-1]
    assert all(one["stopDate"] >= one["startDate"] for one in listed)
    running = machines.client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    assert running["executions"] == []


def test_history_comes_in_pages_forwards_and_backwards_with_and_without_data(machines, passing):
    execution = machines.start(passing, {"n": 1})
    machines.wait(execution)
    pages = machines.client.get_paginator("get_execution_history").paginate(
        executionArn=execution, PaginationConfig={"PageSize": 1}
    )

    types = [event["type"] for page in pages for event in page["events"]]

    assert types == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    backwards = machines.client.get_execution_history(executionArn=execution, reverseOrder=True)
    assert [event["type"] for event in backwards["events"]] == types[::-1]
    assert [event["id"] for event in backwards["events"]] == [4, 3, 2, 1]
    assert json.loads(backwards["events"][0]["executionSucceededEventDetails"]["output"]) == {
        "n": 1
    }
    bare = machines.client.get_execution_history(executionArn=execution, includeExecutionData=False)
    assert "input" not in bare["events"][1]["stateEnteredEventDetails"]


def test_stopping_takes_effect_at_once_with_error_cause_and_date(machines, waiting):
    execution = machines.start(waiting)

    stopped = machines.client.stop_execution(executionArn=execution, error="E", cause="C")

    described = machines.client.describe_execution(executionArn=execution)
    assert described["status"] == "ABORTED"
    assert (described["error"], described["cause"]) == ("E", "C")
    assert described["stopDate"] == stopped["stopDate"]
    last = machines.events(execution)[-1]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "E", "cause": "C"}


def test_an_execution_keeps_the_definition_it_started_with(machines):
    machine = machines.create(one_state("First", Type="Pass"))
    execution = machines.start(machine)
    machines.wait(execution)

    machines.client.update_state_machine(
        stateMachineArn=machine, definition=json.dumps(one_state("Second", Type="Pass"))
    )

    kept = machines.client.describe_state_machine_for_execution(executionArn=execution)
    assert json.loads(kept["definition"])["StartAt"] == "First"
    assert kept["stateMachineArn"] == machine
    later = machines.start(machine)
    machines.wait(later)
    assert machines.events(later)[1]["stateEnteredEventDetails"]["name"] == "Second"


def test_creating_the_same_machine_twice_answers_it_and_another_definition_is_refused(
    machines, unique
):
    machine = machines.create(one_state(Type="Pass"), name=unique)

    assert machines.create(one_state(Type="Pass"), name=unique) == machine
    with pytest.raises(machines.client.exceptions.StateMachineAlreadyExists):
        machines.create(one_state(Type="Succeed"), name=unique)


TASK = {"Type": "Task", "End": True}
BROKEN = {
    "StartAt is missing": {"States": {"A": {"Type": "Succeed"}}},
    "StartAt names no state": {"StartAt": "B", "States": {"A": {"Type": "Succeed"}}},
    "Next names no state": {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}},
    "Default names no state": {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "C"}],
                "Default": "B",
            },
            "C": {"Type": "Succeed"},
        },
    },
    "a Catch names no state": {
        "StartAt": "A",
        "States": {
            "A": {
                **TASK,
                "Resource": "arn:aws:states:::sns:publish",
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}],
            }
        },
    },
    "a state is not reachable": {
        "StartAt": "A",
        "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}},
    },
    "a state has neither Next nor End": {"StartAt": "A", "States": {"A": {"Type": "Pass"}}},
    "a branch is broken": {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Parallel",
                "End": True,
                "Branches": [{"StartAt": "X", "States": {"Y": {"Type": "Succeed"}}}],
            }
        },
    },
    "the SDK action is unknown": {
        "StartAt": "A",
        "States": {"A": {**TASK, "Resource": "arn:aws:states:::aws-sdk:glue:getCrawlerr"}},
    },
    "the SDK service is unknown": {
        "StartAt": "A",
        "States": {"A": {**TASK, "Resource": "arn:aws:states:::aws-sdk:glued:getCrawler"}},
    },
    "the integration has no sync": {
        "StartAt": "A",
        "States": {"A": {**TASK, "Resource": "arn:aws:states:::sns:publish.sync"}},
    },
    "a field is unknown": {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "End": True, "Wait": 1}},
    },
}


def test_an_item_batcher_is_refused(machines):
    definition = distributed()
    definition["States"]["Only"]["ItemBatcher"] = {"MaxItemsPerBatch": 10}

    with pytest.raises(machines.client.exceptions.InvalidDefinition, match="ItemBatcher"):
        machines.create(definition)


@pytest.mark.parametrize("definition", BROKEN.values(), ids=BROKEN.keys())
def test_a_definition_is_refused_when(machines, definition, unique):
    with pytest.raises(machines.client.exceptions.InvalidDefinition) as refused:
        machines.create(definition, name=unique)

    assert "Invalid State Machine Definition" in refused.value.response["Error"]["Message"]


def test_text_that_is_not_json_is_not_a_definition(machines, unique):
    with pytest.raises(machines.client.exceptions.InvalidDefinition):
        machines.client.create_state_machine(name=unique, definition="{", roleArn=ROLE)


def test_what_is_not_offered_is_refused_by_name(machines, unique):
    with pytest.raises(machines.client.exceptions.ClientError, match="activities"):
        machines.client.create_activity(name=unique)
    run = "arn:aws:states:us-east-1:123456789012:mapRun:m/a:b"
    with pytest.raises(machines.client.exceptions.ClientError, match="UpdateMapRun"):
        machines.client.update_map_run(mapRunArn=run, maxConcurrency=1)


def test_a_definition_can_be_validated_without_a_machine(machines):
    def validate(definition):
        answer = machines.client.validate_state_machine_definition(
            definition=json.dumps(definition)
        )
        return answer["result"], [found["code"] for found in answer["diagnostics"]]

    assert validate(one_state(Type="Pass")) == ("OK", [])
    assert validate(BROKEN["Next names no state"]) == ("FAIL", ["MISSING_TRANSITION_TARGET"])
    assert validate(BROKEN["a field is unknown"]) == ("FAIL", ["SCHEMA_VALIDATION_FAILED"])


def test_a_published_version_runs_as_it_was(machines):
    machine = machines.create(one_state("First", Type="Pass"))
    version = machines.client.publish_state_machine_version(stateMachineArn=machine)
    machines.client.update_state_machine(
        stateMachineArn=machine, definition=json.dumps(one_state("Second", Type="Pass"))
    )

    execution = machines.start(version["stateMachineVersionArn"])

    described = machines.wait(execution)
    assert described["stateMachineArn"] == machine
    assert described["stateMachineVersionArn"] == version["stateMachineVersionArn"]
    assert machines.events(execution)[1]["stateEnteredEventDetails"]["name"] == "First"


@pytest.fixture
def status_events(cloud, unique):
    """Details of the events of one machine, read from a queue that a rule fills."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    queue = sqs.create_queue(QueueName=unique)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(
        Name=unique,
        EventPattern=json.dumps(
            {
                "source": ["aws.states"],
                "detail-type": ["Step Functions Execution Status Change"],
                "detail": {"name": [{"prefix": unique}]},
            }
        ),
    )
    events.put_targets(Rule=unique, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    found = []

    def read():
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    return read


def test_each_change_of_status_is_an_event_on_the_default_bus(machines, status_events, unique):
    machine = machines.create(one_state(Type="Fail", Error="Broken", Cause="why"))
    execution = machines.start(machine, {"n": 1}, name=f"{unique}-1")

    events = until(status_events, lambda found: len(found) == 2)

    assert {event["source"] for event in events} == {"aws.states"}
    assert [event["resources"] for event in events] == [[execution]] * 2
    details = {event["detail"]["status"]: event["detail"] for event in events}
    running, failed = details["RUNNING"], details["FAILED"]
    assert running["executionArn"] == failed["executionArn"] == execution
    assert running["stateMachineArn"] == machine
    assert json.loads(running["input"]) == {"n": 1}
    assert running["stopDate"] is None
    assert (failed["error"], failed["cause"]) == ("Broken", "why")
    assert failed["stopDate"] >= failed["startDate"] > 1_600_000_000_000


def test_the_event_of_a_success_has_its_output(machines, status_events, passing, unique):
    machines.start(passing, {"n": 1}, name=f"{unique}-2")

    events = until(status_events, lambda found: len(found) == 2)

    details = {event["detail"]["status"]: event["detail"] for event in events}
    assert json.loads(details["SUCCEEDED"]["output"]) == {"n": 1}


def distributed(**thresholds):
    check = sequence(
        {
            "Name": "Check",
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 3, "Next": "Bad"}],
            "Default": "Good",
        },
        {"Name": "Bad", "Type": "Fail", "Error": "Bad"},
        {"Name": "Good", "Type": "Pass"},
        ProcessorConfig={"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
    )
    return one_state(
        Type="Map", ItemsPath="$.items", ItemProcessor=check, Label="Items", **thresholds
    )


@pytest.mark.parametrize(
    ("thresholds", "status"),
    [
        ({}, "FAILED"),
        ({"ToleratedFailureCount": 1}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 25}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 20}, "FAILED"),
    ],
)
def test_a_distributed_map_fails_beyond_the_failures_it_tolerates(machines, thresholds, status):
    described = machines.run(distributed(**thresholds), {"items": [1, 2, 3, 4]})

    assert described["status"] == status
    if status == "FAILED":
        assert described["error"] == "States.ExceedToleratedFailureThreshold"
    (run,) = machines.client.list_map_runs(executionArn=described["executionArn"])["mapRuns"]
    counts = machines.client.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]
    assert (counts["total"], counts["failed"]) == (4, 1)
