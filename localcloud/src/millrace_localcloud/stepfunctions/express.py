"""Machines of type EXPRESS: what they may not do, and executions that nothing remembers.

Source: Step Functions Developer Guide, "Choosing workflow type in Step Functions"; API reference,
StartExecution, StartSyncExecution and DescribeExecution ("not supported by EXPRESS").
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from moto.stepfunctions.exceptions import InvalidArn

from millrace_localcloud.stepfunctions.definitions import Flaw, all_states
from millrace_localcloud.stepfunctions.execution import Execution

_LONGEST_S = 300
"""How long an Express execution may take."""
_PATTERNS = (".sync", ".sync:2", ".waitForTaskToken")
_BILLED = timedelta(milliseconds=100)


class ExpressExecution(Execution):
    """An execution of which only its log and, if it is waited for, its caller are told."""

    journal = None

    def __init__(self, *, machine: dict[str, Any], **described: Any) -> None:
        self._ended = threading.Event()
        super().__init__(
            machine={**machine, "definition": limited(machine["definition"])},
            **described,
            announce=lambda _execution: self._ended.set(),
        )

    def wait(self) -> None:
        """Return when it has ended, which is after five minutes of the cloud's at the latest."""
        self._ended.wait()

    def described(self) -> dict[str, Any]:
        """As StartSyncExecution answers."""
        assert self.stop_date is not None
        took = self.stop_date - self.start_date
        answer = {
            "executionArn": self.execution_arn,
            "stateMachineArn": self.state_machine_arn,
            "name": self.name,
            "startDate": self.start_date,
            "stopDate": self.stop_date,
            "status": self.status,
            "error": self.error,
            "cause": self.cause,
            "input": self.execution_input,
            "inputDetails": {"included": True},
            "billingDetails": {
                "billedMemoryUsedInMB": 64,
                "billedDurationInMilliseconds": 100 * max(1, -(-took // _BILLED)),
            },
        }
        if self.status == "SUCCEEDED":
            answer |= {"output": self.output_json, "outputDetails": {"included": True}}
        return {key: value for key, value in answer.items() if value is not None}


def limited(definition: str) -> str:
    """A definition whose executions time out when Express ones do."""
    machine = json.loads(definition)
    machine["TimeoutSeconds"] = min(_LONGEST_S, machine.get("TimeoutSeconds", _LONGEST_S))
    return json.dumps(machine)


def refuse_express(execution_arn: str) -> None:
    """Raises InvalidArn: the call is for executions that are remembered."""
    if execution_arn.split(":")[5:6] == ["express"]:
        raise InvalidArn("Invalid Arn: 'Resource type not valid in this context: express'")


def find_express_flaws(definition: str) -> Iterator[Flaw]:
    """What a machine of type EXPRESS cannot have, in a definition that is right otherwise."""
    for name, state in all_states(json.loads(definition)):
        resource = str(state.get("Resource", ""))
        pattern = next((one for one in _PATTERNS if resource.endswith(one)), None)
        if pattern is not None:
            reason = f"Express state machine does not support '{pattern}' service integration"
            yield Flaw("SCHEMA_VALIDATION_FAILED", reason, f"/States/{name}/Resource")
        processor = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
        if processor.get("Mode") == "DISTRIBUTED":
            reason = "Express state machine does not support Map states of mode DISTRIBUTED"
            yield Flaw("SCHEMA_VALIDATION_FAILED", reason, f"/States/{name}/ItemProcessor")
