"""Distributed Maps where they differ from AWS's."""

from __future__ import annotations

import json
import uuid

import pytest
from conformance.stepfunctions.logged import Logged
from conformance.stepfunctions.machines import one_state, sequence, until

READER = "arn:aws:states:::s3:getObject"


@pytest.fixture
def items(cloud):
    """Write the items of a Map to S3; answers their reader."""
    s3, bucket = cloud.client("s3"), f"items-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)

    def write(items):
        s3.put_object(Bucket=bucket, Key="items.json", Body=json.dumps(items))
        return {
            "Resource": READER,
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": bucket, "Key": "items.json"},
        }

    return write


def over(reader):
    processor = sequence(
        {
            "Name": "Check",
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 3, "Next": "Bad"}],
            "Default": "Good",
        },
        {"Name": "Bad", "Type": "Fail", "Error": "Bad"},
        {"Name": "Good", "Type": "Pass"},
        ProcessorConfig={"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
    )
    return one_state("Each", Type="Map", ItemReader=reader, ItemProcessor=processor)


def test_a_redriven_map_reads_its_items_again(machines, items):
    execution = machines.start(machines.create(over(items([{"n": 1}, {"n": 3}]))))
    assert machines.wait(execution)["status"] == "FAILED"
    items([{"n": 2}, {"n": 4}])

    machines.client.redrive_execution(executionArn=execution)

    described = machines.wait(execution)
    assert (described["status"], described["output"]) == ("SUCCEEDED", '[{"n":1},{"n":4}]')


def test_child_executions_are_not_logged(cloud, machines, items):
    logs, name = cloud.client("logs"), uuid.uuid4().hex
    logs.create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}:*"
    logged = Logged(logs, name, arn, "ALL")
    machine = machines.client.create_state_machine(
        name=name,
        definition=json.dumps(over(items([{"n": 1}]))),
        roleArn=machines.role,
        loggingConfiguration=logged.configuration,
    )["stateMachineArn"]
    execution = machines.start(machine)
    machines.wait(execution)

    types = [message["type"] for message in until_ended(logged, execution)]

    assert "MapRunSucceeded" in types
    assert not any(kind.startswith(("Choice", "Pass")) for kind in types)


def until_ended(logged, execution):
    return until(lambda: logged.ended(execution), bool)


def test_a_result_writer_is_refused_by_name(machines, items):
    definition = over(items([{"n": 1}]))
    definition["States"]["Each"]["ResultWriter"] = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "results", "Prefix": "run"},
    }

    with pytest.raises(machines.client.exceptions.InvalidDefinition, match="ResultWriter"):
        machines.create(definition)
