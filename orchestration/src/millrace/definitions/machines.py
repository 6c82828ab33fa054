"""One state machine: whether it is a machine, and gets what it names."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from millrace.errors import Problem

_TERMINAL = ("Succeed", "Fail")
_TYPES = ("Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")
_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def check_machine(file: Path, shown_as: str, substitutions: Collection[str]) -> list[Problem]:
    """Problems of a definition: its text, its states, where they lead and what it is given.

    Source: Amazon States Language specification, "Structure of a State Machine", "Transitions".

    Args:
        file: An ``.asl.json``.
        shown_as: How problems name it.
        substitutions: Names that the template substitutes.
    """
    text = file.read_text(encoding="utf-8")
    try:
        machine = json.loads(text)
    except json.JSONDecodeError as exc:
        place = f"line {exc.lineno}, column {exc.colno}"
        return [Problem(shown_as, place, exc.msg, "JSON")]
    problems = [Problem(shown_as, *told) for told in _machine(machine, "")]
    for name in sorted(set(_SUBSTITUTION.findall(text)) - set(substitutions)):
        line = text[: text.index(f"${{{name}}}")].count("\n") + 1
        allowed = ", ".join(sorted(substitutions)) or "nothing"
        problems.append(Problem(shown_as, f"line {line}", f"${{{name}}}", allowed))
    return problems


def _machine(machine: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Place, what was found and what is allowed, of each problem."""
    states = machine.get("States") if isinstance(machine, dict) else None
    if not isinstance(states, dict) or not states:
        yield path or "document", "no States", "StartAt and States"
        return
    names = ", ".join(states)
    reached = set()
    for place, target in _leads(machine, states, path):
        reached.add(target)
        if target not in states:
            yield place, repr(target), names
    for name in states.keys() - reached:
        yield f"{path}{name}", "a state that nothing leads to", "a way from StartAt"
    for name, state in states.items():
        yield from _state(state, f"{path}{name}")


def _state(state: Any, path: str) -> Iterator[tuple[str, str, str]]:
    kind = state.get("Type")
    if kind not in _TYPES:
        yield f"{path}.Type", repr(kind), ", ".join(_TYPES)
        return
    ends = "Next" in state or state.get("End") is True
    if kind == "Choice":
        if "Default" not in state:
            yield path, "no Default", "a Default: what matches no choice fails the run"
    elif kind not in _TERMINAL and not ends:
        yield path, "neither Next nor End", "one of them"
    for inner in (*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])):
        yield from _machine(inner, f"{path}.")


def _leads(machine: Any, states: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every name that something leads to, with the place that names it."""
    yield f"{path}StartAt", machine.get("StartAt")
    for name, state in states.items():
        here = f"{path}{name}"
        for key in ("Next", "Default"):
            if key in state:
                yield f"{here}.{key}", state[key]
        for key in ("Catch", "Choices"):
            for index, one in enumerate(state.get(key, ())):
                yield f"{here}.{key}.{index}.Next", one.get("Next")
