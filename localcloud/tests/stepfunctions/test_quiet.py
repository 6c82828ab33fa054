"""What a failing execution writes to the cloud's own log."""

from __future__ import annotations

import json
import logging
import threading

from conformance.stepfunctions.machines import DEADLINE_S, sequence

from millrace_localcloud.stepfunctions.execution import Execution


def test_a_failing_state_does_not_write_its_whole_program_to_the_log(caplog):
    from millrace_localcloud.stepfunctions.interpreter import engine

    caplog.set_level(logging.DEBUG)
    states = [{"Name": f"State{number}", "Type": "Pass"} for number in range(100)]
    definition = sequence({"Name": "Bad", "Type": "Pass", "InputPath": "$.absent"}, *states)
    ended = threading.Event()
    execution = Execution(
        arn="arn:aws:states:us-east-1:123456789012:execution:quiet:r1",
        name="r1",
        machine={
            "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:quiet",
            "stateMachineVersionArn": None,
            "name": "quiet",
            "definition": json.dumps(definition),
            "roleArn": "arn:aws:iam::123456789012:role/machine",
        },
        execution_input="{}",
        account_id="123456789012",
        region_name="us-east-1",
        announce=lambda execution: ended.set(),
    )
    engine.prepare("http://127.0.0.1:1")

    engine.start(execution)
    assert ended.wait(DEADLINE_S)

    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    written = "".join(record.getMessage() for record in caplog.records)
    assert "State50" not in written
    assert len(written) < 2000, written
