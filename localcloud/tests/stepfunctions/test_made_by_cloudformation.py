"""Machines that CloudFormation makes."""

from __future__ import annotations

import json
import uuid

import pytest
from conformance.stepfunctions.machines import ROLE, one_state, until


@pytest.fixture
def unique():
    return uuid.uuid4().hex[:10]


def test_a_machine_made_by_cloudformation_runs(machines, cloud, unique):
    template = {
        "Resources": {
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": unique,
                    "RoleArn": ROLE,
                    "DefinitionString": json.dumps(one_state(Type="Pass", Result="made")),
                },
            }
        }
    }
    cloud.client("cloudformation").create_stack(
        StackName=f"stack-{unique}", TemplateBody=json.dumps(template)
    )
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{unique}"
    until(
        lambda: [
            m["stateMachineArn"] for m in machines.client.list_state_machines()["stateMachines"]
        ],
        lambda arns: arn in arns,
    )

    assert machines.wait(machines.start(arn))["output"] == '"made"'
