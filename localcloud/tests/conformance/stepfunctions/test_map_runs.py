"""Distributed Maps."""

from __future__ import annotations

import pytest

from .machines import one_state, sequence


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


@pytest.mark.parametrize(
    ("name", "body", "settings"),
    [
        ("items.json", '[{"n": "1"}, {"n": "2"}]', {"InputType": "JSON"}),
        ("items.csv", "n\n1\n2\n", {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
    ],
)
def test_items_are_read_from_s3(aws, machines, unique, name, body, settings):
    bucket, s3 = aws.bucket(f"map-{unique}"), aws.client("s3")
    s3.put_object(Bucket=bucket, Key=name, Body=body)
    processor = sequence(
        {"Name": "Keep", "Type": "Pass", "Parameters": {"kept.$": "$.n"}},
        ProcessorConfig={"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    )
    definition = one_state(
        Type="Map",
        ItemReader={
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": settings,
            "Parameters": {"Bucket": bucket, "Key": name},
        },
        ItemProcessor=processor,
    )

    assert machines.output(definition) == [{"kept": "1"}, {"kept": "2"}]
