from __future__ import annotations

import pickle
from datetime import UTC, datetime

import cloudpickle
import pytest

from millrace_localcloud.cloudformation.backend import StackBackend
from millrace_localcloud.cloudformation.stack import Definition, Options, Stack, StackResource

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def stack_of(status, resource_status):
    stack = Stack(
        stack_id="arn:aws:cloudformation:us-east-1:123456789012:stack/cut/1",
        name="cut",
        definition=Definition("Resources: {Q: {Type: AWS::SQS::Queue}}", {}, {}),
        options=Options(),
        created_at=NOW,
    )
    stack.put(StackResource("Q", "AWS::SQS::Queue", "cut-Q", resource_status, NOW, "cut-Q"))
    stack.turn(status)
    return stack


def test_what_is_remembered_of_stacks_survives_pickling():
    backend = StackBackend("us-east-1", "123456789012")
    stack = stack_of("CREATE_COMPLETE", "CREATE_COMPLETE")
    backend.stacks[stack.stack_id] = stack

    restored = StackBackend("us-east-1", "123456789012")
    restored.__dict__.update(pickle.loads(cloudpickle.dumps(backend.__dict__)))

    assert restored.get_stack("cut") == stack
    assert not list(restored.interrupted())


@pytest.mark.parametrize(
    ("status", "failed"),
    [
        ("CREATE_IN_PROGRESS", "CREATE_FAILED"),
        ("ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_FAILED"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"),
        ("DELETE_IN_PROGRESS", "DELETE_FAILED"),
    ],
)
def test_an_operation_that_was_cut_off_has_failed_with_the_reason(status, failed):
    stack = stack_of(status, "CREATE_IN_PROGRESS")

    stack.interrupt("The local cloud was stopped during the operation.")

    assert (stack.status, stack.resources["Q"].status) == (failed, "CREATE_FAILED")
    assert "was stopped" in stack.reason
