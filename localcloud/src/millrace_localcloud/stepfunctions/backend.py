"""The machines and executions of one account and region."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from moto.stepfunctions.exceptions import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    ResourceNotFound,
)
from moto.stepfunctions.models import StepFunctionBackend

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.stepfunctions.definitions import find_flaws
from millrace_localcloud.stepfunctions.errors import (
    ExecutionNotRedrivable,
    InvalidDefinition,
    StateMachineAlreadyExists,
    StateMachineTypeNotSupported,
)
from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.execution_logs import ExecutionLogs
from millrace_localcloud.stepfunctions.express import (
    ExpressExecution,
    find_express_flaws,
    refuse_express,
)
from millrace_localcloud.stepfunctions.inputs import check_input
from millrace_localcloud.stepfunctions.starts import express_execution, standard_execution
from millrace_localcloud.stepfunctions.status_events import StatusEvents


class MachineBackend(StepFunctionBackend):
    """State machines that run, always."""

    cloud: ClassVar[Cloud]
    events: ClassVar[StatusEvents]
    logs: ClassVar[ExecutionLogs]
    _starting: ClassVar[Any] = threading.Lock()
    """Two starts with one name must not both find it free."""

    def create_state_machine(
        self, name: str, definition: str, *args: Any, sm_type: str | None = None, **kwargs: Any
    ) -> Any:
        """Check and keep a machine; the same call again answers the same machine."""
        self.check_definition(definition, sm_type)
        self.logs.check(kwargs.get("loggingConfiguration"))
        for machine in self.state_machines:
            if machine.name == name and (
                json.loads(machine.definition) != json.loads(definition)
                or machine.type != (sm_type or "STANDARD")
            ):
                raise StateMachineAlreadyExists(f"State Machine Already Exists: '{machine.arn}'")
        return super().create_state_machine(name, definition, *args, sm_type=sm_type, **kwargs)

    def update_state_machine(
        self, arn: str, definition: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Change a machine; executions under way keep the definition they started with."""
        if definition is not None:
            self.check_definition(definition, self.describe_state_machine(arn).type)
        self.logs.check(kwargs.get("logging_configuration"))
        return super().update_state_machine(arn, definition, *args, **kwargs)

    def check_definition(self, definition: str, sm_type: str | None = None) -> None:
        """Raises InvalidDefinition, naming every flaw found."""
        flaws = find_flaws(definition)
        if not flaws and sm_type == "EXPRESS":
            flaws = list(find_express_flaws(definition))
        if flaws:
            listed = ", ".join(str(flaw) for flaw in flaws)
            raise InvalidDefinition(f"Invalid State Machine Definition: '{listed}'")
        from moto.stepfunctions.parser.api import InvalidDefinition as Refused

        engine = self.engine()
        try:
            engine.check(definition)
        except Refused as exc:
            raise InvalidDefinition(exc.message) from exc

    def engine(self) -> Any:
        """The interpreter, imported at its first use."""
        from millrace_localcloud.stepfunctions.interpreter import engine

        cloud = self.cloud
        folder = cloud.home.work / "programs"
        engine.prepare(cloud.endpoint, cloud.clock, cloud.keeping.endings, folder)
        return engine

    def start_execution(
        self,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: str | None = None,
    ) -> Execution:
        """Start a machine, or find the running execution of the same name and input."""
        machine, name, execution_input = self._checked(state_machine_arn, name, execution_input)
        if machine.type == "EXPRESS":
            return self._start_express(machine, name, execution_input)
        engine = self.engine()
        with self._starting:
            existing = next((one for one in machine.executions if one.name == name), None)
            if existing is not None:
                if existing.status == "RUNNING" and existing.execution_input == execution_input:
                    return existing
                raise ExecutionAlreadyExists(
                    f"Execution Already Exists: '{existing.execution_arn}'"
                )
            execution = standard_execution(
                self, machine, name, execution_input, self.events.announce
            )
            execution.history.log = self.logs.writer(execution)
            # In this order: a snapshot in between has the execution, or the journal does.
            machine.executions.append(execution)
            execution.keep_start()
            self.events.announce(execution)
            engine.start(execution)
        return execution

    def start_sync_execution(
        self, state_machine_arn: str, name: str | None = None, execution_input: str | None = None
    ) -> ExpressExecution:
        """Start a machine of type EXPRESS, for the caller to wait for."""
        machine, name, execution_input = self._checked(state_machine_arn, name, execution_input)
        if machine.type != "EXPRESS":
            raise _other_type()
        return self._start_express(machine, name, execution_input)

    def _checked(
        self, state_machine_arn: str, name: str | None, execution_input: str | None
    ) -> tuple[Any, str, str]:
        if name:
            self._validate_name(name)
        machine = self.describe_state_machine(state_machine_arn)
        execution_input = execution_input or "{}"
        check_input(execution_input)
        return machine, name or str(uuid.uuid4()), execution_input

    def _start_express(self, machine: Any, name: str, execution_input: str) -> ExpressExecution:
        execution = express_execution(self, machine, name, execution_input)
        execution.history.log = self.logs.writer(execution)
        self.engine().start(execution)
        return execution

    def list_executions(self, state_machine_arn: str, *args: Any, **kwargs: Any) -> Any:
        if self.describe_state_machine(state_machine_arn).type == "EXPRESS":
            raise _other_type()
        return super().list_executions(state_machine_arn, *args, **kwargs)

    def describe_execution(self, execution_arn: str) -> Execution:
        refuse_express(execution_arn)
        self._validate_execution_arn(execution_arn)
        for execution in self.executions():
            if execution.execution_arn == execution_arn:
                return execution
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{execution_arn}'")

    def executions(self) -> list[Execution]:
        """Every execution, also those of published versions."""
        return [one for machine in self._machines_and_versions() for one in machine.executions]

    def stop_execution(
        self, execution_arn: str, error: str | None = None, cause: str | None = None
    ) -> Execution:
        execution = self.describe_execution(execution_arn)
        if execution.status == "RUNNING":
            execution.run.stop(error, cause)
        return execution

    def redrive_execution(self, execution_arn: str) -> datetime:
        """Run an execution again from the states that failed."""
        execution = self.describe_execution(execution_arn)
        engine = self.engine()
        with self._starting:
            if execution.redrive_status != "REDRIVABLE":
                raise ExecutionNotRedrivable(str(execution.redrive_status_reason))
            execution.announce = self.events.announce
            execution.history.log = self.logs.writer(execution)
            execution.begin_again()
            self.events.announce(execution)
            engine.start(execution)
        return execution.redrive_date or datetime.now(UTC)

    def take_state_alone(self, state: dict[str, Any]) -> None:
        """Be as saved without executions, which stay those that are known."""
        # Without a snapshot that has this backend, it has no attributes yet.
        before = self.executions() if vars(self) else []
        known = {one.execution_arn: one for one in before}
        self.__dict__.update(state)
        for machine in self._machines_and_versions():
            names = [one.execution_arn for one in machine.executions]
            machine.executions = [known[name] for name in names if name in known]

    def take_up(self, execution: Execution) -> Execution | None:
        """An execution as the journal began it; None when its machine is gone."""
        found = self._machine_of(execution)
        if found is None:
            return None
        for known in found.executions:
            if known.execution_arn == execution.execution_arn:
                return known
        found.executions.append(execution)
        return execution

    def _machine_of(self, execution: Execution) -> Any:
        arns = (
            execution.machine["stateMachineVersionArn"] or execution.state_machine_arn,
            execution.state_machine_arn,
        )
        by_arn = {machine.arn: machine for machine in self._machines_and_versions()}
        return next((by_arn[arn] for arn in arns if arn in by_arn), None)

    def _machines_and_versions(self) -> Iterator[Any]:
        for machine in self.state_machines:
            yield machine
            yield from machine.versions.values()

    def describe_map_run(self, map_run_arn: str) -> dict[str, Any]:
        return self.map_run(map_run_arn).describe()

    def list_map_runs(self, execution_arn: str) -> dict[str, Any]:
        runs = self.describe_execution(execution_arn).map_runs.values()
        return {"mapRuns": [run.list_item() for run in runs]}

    def map_run(self, map_run_arn: str) -> Any:
        """The interpreter's record of a distributed Map's run."""
        for execution in self.executions():
            if map_run_arn in execution.map_runs:
                return execution.map_runs[map_run_arn]
        raise ResourceNotFound(map_run_arn)


def _other_type() -> StateMachineTypeNotSupported:
    return StateMachineTypeNotSupported(
        "This operation is not supported by this type of state machine"
    )
