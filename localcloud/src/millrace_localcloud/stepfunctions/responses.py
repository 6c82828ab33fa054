"""The Step Functions API, as far as moto answers it wrongly or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.responses import StepFunctionResponse

from millrace_localcloud.results import ExactResult
from millrace_localcloud.stepfunctions import task_tokens
from millrace_localcloud.stepfunctions.backend import MachineBackend
from millrace_localcloud.stepfunctions.definitions import find_flaws
from millrace_localcloud.stepfunctions.errors import InvalidDefinition, NotOffered
from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.history import without_data

_EVENTS_PER_PAGE = 100


class MachineResponse(StepFunctionResponse):
    """Requests for ``MachineBackend``."""

    stepfunction_backend: MachineBackend

    def describe_execution(self) -> ActionResult:
        execution = self._execution()
        answer = {
            **_summary(execution),
            "input": execution.execution_input,
            "inputDetails": {"included": True},
            "redriveStatus": execution.redrive_status,
            "redriveStatusReason": execution.redrive_status_reason,
            "error": execution.error,
            "cause": execution.cause,
        }
        if execution.status == "SUCCEEDED":
            answer["output"] = execution.output_json
            answer["outputDetails"] = {"included": True}
        return _without_none(answer)

    def list_executions(self) -> ActionResult:
        arn = self._get_param("stateMachineArn")
        executions, token = self.stepfunction_backend.list_executions(
            arn,
            status_filter=self._get_param("statusFilter"),
            max_results=self._get_int_param("maxResults"),
            next_token=self._get_param("nextToken"),
        )
        items = [_summary(execution) for execution in executions]
        return ActionResult({"executions": items, "nextToken": token})

    def describe_state_machine_for_execution(self) -> ActionResult:
        machine = self._execution().machine
        kept = {
            key: machine[key] for key in machine if key not in ("type", "stateMachineVersionArn")
        }
        return ActionResult(kept)

    def stop_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.stop_execution(
            self._get_param("executionArn"), self._get_param("error"), self._get_param("cause")
        )
        return ActionResult({"stopDate": execution.stop_date or datetime.now(UTC)})

    def redrive_execution(self) -> ActionResult:
        arn = self._get_param("executionArn")
        return ActionResult({"redriveDate": self.stepfunction_backend.redrive_execution(arn)})

    def get_execution_history(self) -> ActionResult:
        events = self._execution().history.events()
        if self._get_param("reverseOrder"):
            events.reverse()
        if self._get_param("includeExecutionData") is False:
            events = [without_data(event) for event in events]
        start = int(self._get_param("nextToken") or 0)
        end = start + (self._get_int_param("maxResults") or _EVENTS_PER_PAGE)
        answer: dict[str, Any] = {"events": events[start:end]}
        if end < len(events):
            answer["nextToken"] = str(end)
        return ExactResult(answer)

    def send_task_success(self) -> ActionResult:
        task_tokens.succeed(
            self.stepfunction_backend, self._get_param("taskToken"), self._get_param("output")
        )
        return EmptyResult()

    def send_task_failure(self) -> ActionResult:
        task_tokens.fail(
            self.stepfunction_backend,
            self._get_param("taskToken"),
            self._get_param("error"),
            self._get_param("cause"),
        )
        return EmptyResult()

    def send_task_heartbeat(self) -> ActionResult:
        task_tokens.heartbeat(self.stepfunction_backend, self._get_param("taskToken"))
        return EmptyResult()

    def validate_state_machine_definition(self) -> ActionResult:
        definition = self._get_param("definition")
        found = [
            {
                "severity": "ERROR",
                "code": flaw.code,
                "message": flaw.message,
                "location": flaw.location,
            }
            for flaw in find_flaws(definition)
        ]
        if not found:
            try:
                self.stepfunction_backend.check_definition(definition)
            except InvalidDefinition as exc:
                found = [
                    {
                        "severity": "ERROR",
                        "code": "SCHEMA_VALIDATION_FAILED",
                        "message": exc.message,
                    }
                ]
        result = "FAIL" if found else "OK"
        return ActionResult({"result": result, "diagnostics": found, "truncated": False})

    def publish_state_machine_version(self) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine(
            self._get_param("stateMachineArn")
        )
        machine.publish(self._get_param("description"))
        version = machine.latest_version
        return ActionResult(
            {"creationDate": version.creation_date, "stateMachineVersionArn": version.arn}
        )

    def start_sync_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.start_sync_execution(
            self._get_param("stateMachineArn"), self._get_param("name"), self._get_param("input")
        )
        execution.wait()
        return ActionResult(execution.described())

    def test_state(self) -> ActionResult:
        raise NotOffered("The local cloud does not offer TestState")

    def create_activity(self) -> ActionResult:
        raise NotOffered("The local cloud does not offer activities")

    def get_activity_task(self) -> ActionResult:
        raise NotOffered("The local cloud does not offer activities")

    def update_map_run(self) -> ActionResult:
        raise NotOffered("The local cloud does not offer UpdateMapRun")

    def _execution(self) -> Execution:
        return self.stepfunction_backend.describe_execution(self._get_param("executionArn"))


def _summary(execution: Execution) -> dict[str, Any]:
    summary = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "stateMachineVersionArn": execution.machine["stateMachineVersionArn"],
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redrive_date,
    }
    return {key: value for key, value in summary.items() if value is not None}


def _without_none(answer: dict[str, Any]) -> ActionResult:
    return ActionResult({key: value for key, value in answer.items() if value is not None})
