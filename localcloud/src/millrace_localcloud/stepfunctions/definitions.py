"""What CreateStateMachine refuses: a definition that could not run to an end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.stepfunctions.actions import why_unknown

_ENDS = ("Choice", "Succeed", "Fail")
_BATCH_LIMITS = frozenset(
    {
        *("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
        *("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
    }
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One reason to refuse a definition, with the codes of ValidateStateMachineDefinition."""

    code: str
    message: str
    location: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location or '/'}"


def find_flaws(definition: str) -> list[Flaw]:
    """Every flaw that can be seen without running the machine.

    Source: Amazon States Language specification, "Top-level fields" and "Transitions";
    Step Functions API reference, ValidateStateMachineDefinition.
    """
    try:
        machine = json.loads(definition)
    except ValueError as exc:
        return [Flaw("INVALID_JSON_DESCRIPTION", str(exc), "")]
    if not isinstance(machine, dict):
        return [Flaw("SCHEMA_VALIDATION_FAILED", "The definition is not an object", "")]
    return [*_machine_flaws(machine, ""), *_duplicate_flaws(machine)]


def _machine_flaws(machine: dict[str, Any], where: str) -> Iterator[Flaw]:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield Flaw("SCHEMA_VALIDATION_FAILED", "These fields are required: [States]", where)
        return
    if "StartAt" not in machine:
        yield Flaw("SCHEMA_VALIDATION_FAILED", "These fields are required: [StartAt]", where)
        return
    if machine["StartAt"] not in states:
        yield _missing(machine["StartAt"], f"{where}/StartAt")
    for name, state in states.items():
        yield from _state_flaws(state, states, f"{where}/States/{name}")
    for name in states.keys() - _reachable(machine["StartAt"], states):
        yield Flaw(
            "MISSING_TRANSITION_TARGET",
            f'State "{name}" is not reachable',
            f"{where}/States/{name}",
        )


def _state_flaws(state: dict[str, Any], states: dict[str, Any], where: str) -> Iterator[Flaw]:
    for target, location in _transitions(state):
        if target not in states:
            yield _missing(target, f"{where}{location}")
    if state.get("Type") not in _ENDS and not state.get("End") and "Next" not in state:
        yield Flaw("SCHEMA_VALIDATION_FAILED", "A state needs Next or End", where)
    if state.get("Type") == "Task" and (reason := why_unknown(state.get("Resource"))):
        yield Flaw("SCHEMA_VALIDATION_FAILED", reason, f"{where}/Resource")
    if "ItemBatcher" in state:
        yield from _batcher_flaws(state, f"{where}/ItemBatcher")
    if "ResultWriter" in state:
        reason = "ResultWriter does not work in the local cloud"
        yield Flaw("SCHEMA_VALIDATION_FAILED", reason, f"{where}/ResultWriter")
    for inner, location in _inner_machines(state):
        yield from _machine_flaws(inner, f"{where}{location}")


def _batcher_flaws(state: dict[str, Any], where: str) -> Iterator[Flaw]:
    """Step Functions Developer Guide, "ItemBatcher (Map)"."""
    batcher = state["ItemBatcher"]
    if not isinstance(batcher, dict) or not _BATCH_LIMITS & batcher.keys():
        wanted = ", ".join(sorted(_BATCH_LIMITS))
        yield Flaw("SCHEMA_VALIDATION_FAILED", f"An ItemBatcher needs one of: [{wanted}]", where)
        return
    for name in batcher.keys() - _BATCH_LIMITS - {"BatchInput"}:
        yield Flaw("SCHEMA_VALIDATION_FAILED", f'Field "{name}" is not supported', where)
    for name in _BATCH_LIMITS & batcher.keys():
        if isinstance(batcher[name], int) and batcher[name] < 1:
            yield Flaw("SCHEMA_VALIDATION_FAILED", f"{name} must be positive", where)
    processor = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    if processor.get("Mode") != "DISTRIBUTED":
        yield Flaw("SCHEMA_VALIDATION_FAILED", "Only a distributed Map has batches", where)


def _transitions(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("Next", "Default"):
        if key in state:
            yield state[key], f"/{key}"
    for key in ("Choices", "Catch"):
        for index, rule in enumerate(state.get(key, [])):
            if "Next" in rule:
                yield rule["Next"], f"/{key}[{index}]/Next"


def _inner_machines(state: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for index, branch in enumerate(state.get("Branches", [])):
        yield branch, f"/Branches[{index}]"
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield state[key], f"/{key}"


def _reachable(start: str, states: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in states and name not in found:
            found.add(name)
            waiting += [target for target, _ in _transitions(states[name])]
    return found


def _duplicate_flaws(machine: dict[str, Any]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for name, _ in all_states(machine):
        if name in seen:
            yield Flaw("DUPLICATE_STATE_NAME", f'State name "{name}" is used twice', f"/{name}")
        seen.add(name)


def all_states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and states of a machine and of the machines inside its states."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inner, _ in _inner_machines(state):
            yield from all_states(inner)


def _missing(target: Any, location: str) -> Flaw:
    return Flaw("MISSING_TRANSITION_TARGET", f'Missing "Next" target: {target}', location)
