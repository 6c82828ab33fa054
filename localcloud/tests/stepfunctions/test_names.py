"""Names of errors and actions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from millrace_localcloud.stepfunctions.actions import (
    boto_method,
    boto_service,
    error_prefix,
    why_unknown,
)
from millrace_localcloud.stepfunctions.interpreter.distributed_map import tolerates
from millrace_localcloud.stepfunctions.interpreter.matching import takes
from millrace_localcloud.stepfunctions.interpreter.task_failure import error_name
from millrace_localcloud.stepfunctions.timestamps import parse_timestamp


@pytest.mark.parametrize(
    ("service", "prefix"),
    [
        ("glue", "Glue"),
        ("s3", "S3"),
        ("ssm", "Ssm"),
        ("dynamodb", "DynamoDb"),
        ("sagemaker", "SageMaker"),
        ("eventbridge", "EventBridge"),
        ("sfn", "Sfn"),
        ("cloudwatchlogs", "CloudWatchLogs"),
        ("secretsmanager", "SecretsManager"),
        ("ec2", "Ec2"),
    ],
)
def test_an_sdk_error_begins_with_the_java_name_of_the_service(service, prefix):
    assert error_prefix(boto_service(service)) == prefix


def test_an_action_is_found_whatever_its_case():
    assert boto_method("s3", "listObjectsV2") == "list_objects_v2"
    assert boto_method("glue", "batch_stop_job_run") == "batch_stop_job_run"


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::glue:startJobRun.sync",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:states:::aws-sdk:glue:startCrawler",
        "arn:aws:states:::aws-sdk:eventbridge:putEvents",
        "arn:aws:lambda:us-east-1:123456789012:function:view",
    ],
)
def test_a_resource_is_known(resource):
    assert why_unknown(resource) is None


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::glue:startCrawler",
        "arn:aws:states:::lambda:invoke.sync",
        "arn:aws:states:::batch:submitJob.sync",
        "arn:aws:states:::aws-sdk:glue:startJobRun.sync",
        "arn:aws:states:us-east-1:123456789012:activity:approve",
        "glue",
        None,
    ],
)
def test_a_resource_is_refused(resource):
    assert why_unknown(resource)


def test_an_error_that_the_api_does_not_declare_has_the_name_of_the_service():
    assert error_name("sagemaker", "ResourceInUse", "X") == "ResourceInUseException"
    assert error_name("glue", "EntityNotFoundException", "X") == "EntityNotFoundException"
    assert error_name("glue", "InternalFailure", "AWSGlueException") == "AWSGlueException"
    assert error_name("dynamodb", "InternalServerError", "X") == "InternalServerErrorException"


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("glue", "ThrottlingException"),
        ("sagemaker", "ThrottlingException"),
        ("stepfunctions", "ThrottlingException"),
        ("s3", "AccessDenied"),
        ("s3", "SlowDown"),
    ],
)
def test_a_call_that_is_throttled_or_refused_has_the_name_of_the_service(service, code):
    assert error_name(service, code, "Base") == "Base"


@pytest.mark.parametrize(
    ("error_equals", "error", "taken"),
    [
        (["States.ALL"], "Etl.Broken", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.ALL"], None, True),
        (["States.ALL"], "States.Runtime", False),
        (["States.ALL"], "States.DataLimitExceeded", False),
        (["States.DataLimitExceeded"], "States.DataLimitExceeded", True),
        (["States.TaskFailed"], "Etl.Broken", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["TransientError", "Lambda.TooManyRequestsException"], "TransientError", True),
        (["TransientError"], "TerminalError", False),
    ],
)
def test_a_retry_or_catch_takes_an_error(error_equals, error, taken):
    assert takes(error_equals, error) is taken


@pytest.mark.parametrize(
    ("count", "percentage", "failed", "tolerated"),
    [
        (0, 0.0, 0, True),
        (0, 0.0, 1, False),
        (2, 0.0, 2, True),
        (2, 0.0, 3, False),
        (0, 50.0, 5, True),
        (0, 50.0, 6, False),
        (9, 10.0, 2, False),
        (1, 90.0, 2, False),
    ],
)
def test_of_ten_items_so_many_failures_are_tolerated(count, percentage, failed, tolerated):
    assert tolerates(failed, 10, count=count, percentage=percentage) is tolerated


def test_timestamps_are_rfc_3339_with_fractions_and_offsets():
    assert parse_timestamp("2026-03-01T06:00:00Z") == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert parse_timestamp("2026-03-01T08:00:00.5+02:00") == datetime(
        2026, 3, 1, 6, 0, 0, 500000, UTC
    )
    assert parse_timestamp("2026-03-01 06:00:00") is None
    assert parse_timestamp("2026-13-01T06:00:00Z") is None
