"""An S3 or DynamoDB that throttles over HTTP: waited for, or named with nothing half-landed."""

from __future__ import annotations

import json

import pytest
from lines import LAND, offering
from wire import Refusal

S3 = Refusal(503, b"<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>")
CODE = "ProvisionedThroughputExceededException"
DYNAMODB = Refusal(
    400,
    json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{CODE}", "message": "slow"}).encode(),
    {"Content-Type": "application/x-amz-json-1.0"},
)
STEPS = [
    ("GET artifacts", S3),
    ("PUT landing", S3),
    ("POST landing ?uploadId", S3),
    ("PUT artifacts", S3),
    ("PutItem", DYNAMODB),
    ("TransactWriteItems", DYNAMODB),
]


def _refusing(step_name, refusal, times):
    left = [times]

    def before(step):
        if step.name.startswith(step_name) and left[0]:
            left[0] -= 1
            return refusal
        return None

    return before, left


@pytest.mark.parametrize(("step_name", "refusal"), STEPS)
def test_a_service_that_throttles_for_a_moment_is_asked_again(line, step_name, refusal):
    with offering(line, "files"):
        line.wire.before, left = _refusing(step_name, refusal, 1)
        line.workers.call(LAND)
        assert left == [0]
        line.check_each_landed_once("r1")


@pytest.mark.parametrize(
    ("step_name", "refusal", "code"),
    [("POST landing ?uploadId", S3, "SlowDown"), ("TransactWriteItems", DYNAMODB, CODE)],
)
def test_a_service_that_goes_on_throttling_is_named_and_the_next_call_lands_each_record_once(
    line, step_name, refusal, code
):
    with offering(line, "files"):
        line.wire.before, _ = _refusing(step_name, refusal, 10_000)
        with pytest.raises(AssertionError, match=rf"TransientError: .*{code}"):
            line.workers.call(LAND)
        if step_name == "POST landing ?uploadId":
            assert not any("long" in key for key in line.cloud.landed())

        line.wire.reset()
        line.workers.call(LAND)
        line.check_each_landed_once("r1")
