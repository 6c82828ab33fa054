"""Definitions: what is refused, what is kept."""

from __future__ import annotations

import json

import pytest

from .machines import one_state


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


@pytest.mark.parametrize("definition", BROKEN.values(), ids=BROKEN.keys())
def test_a_definition_is_refused_when(machines, definition, unique):
    with pytest.raises(machines.client.exceptions.InvalidDefinition) as refused:
        machines.create(definition, name=unique)

    assert "Invalid State Machine Definition" in refused.value.response["Error"]["Message"]


def test_text_that_is_not_json_is_not_a_definition(machines, unique):
    with pytest.raises(machines.client.exceptions.InvalidDefinition):
        machines.client.create_state_machine(name=unique, definition="{", roleArn=machines.role)


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
