"""A run as a tree of its states."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from millrace.report.causes import short_cause
from millrace.report.progress import describe_counts
from millrace.runs import Found, State
from millrace_contracts.state import StageRecord

_STYLES = {"SUCCEEDED": "green", "FAILED": "red", "RUNNING": "cyan", "ABORTED": "yellow"}
_SERVICE_OF_STATE = {"Ingest": "ingest", "Etl": "etl", "View": "view"}


def counts_by_state(
    stages: Sequence[StageRecord], states: Sequence[State]
) -> dict[str, dict[str, int]]:
    """Rows and files by the name of the state that counted them."""
    by_service = {stage.stage: dict(stage.numbers) for stage in stages}
    counts = {
        state: by_service[service]
        for state, service in _SERVICE_OF_STATE.items()
        if service in by_service
    }
    for state in (one for top in states for one in top.walk()):
        if state.name == "Forecast" and state.results:
            told = _exit_message(state.results[-1])
            counts["Forecast"] = {
                name: value
                for name, value in told.items()
                if isinstance(value, int) and name != "schema_version"
            }
    return counts


def run_tree(run: Found, states: Sequence[State], counts: Mapping[str, Mapping[str, int]]) -> Tree:
    """For people: each state with its seconds, counts, retries and error."""
    head = Text(run.run_id, style="bold").append(f"  {run.status}", style=_style(run.status))
    if run.redrives:
        head.append(f"  redriven {_times(run.redrives)}")
    if run.ended_at is not None:
        head.append(f"  {(run.ended_at - run.started_at).total_seconds():.1f} s", style="dim")
    tree = Tree(head)
    for state in states:
        _add(tree, run, state, counts)
    return tree


def run_document(
    run: Found, states: Sequence[State], counts: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """For programs: the same."""
    return {
        "run_id": run.run_id,
        "dataset": run.dataset,
        "status": run.status,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "redrives": run.redrives,
        "error": run.error,
        "states": [_document(run, state, counts) for state in states],
    }


def _document(run: Found, state: State, counts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    return {
        "state": state.name,
        "status": state.status(run.ended),
        "seconds": round(state.took_s, 3),
        "retries": max(0, state.attempts - 1),
        "counts": counts.get(state.name, {}),
        "error": state.error if state.ended_at is None else "",
        "cause": short_cause(state.cause) if state.ended_at is None else "",
        "states": [_document(run, one, counts) for one in state.below],
    }


def _add(tree: Tree, run: Found, state: State, counts: Mapping[str, Mapping[str, int]]) -> None:
    if state.kind not in ("Task", "Parallel", "Map", "Wait"):
        return
    status = state.status(run.ended)
    mark = {"SUCCEEDED": "✓", "FAILED": "✗", "RUNNING": "▸", "ABORTED": "-"}[status]
    line = Text(f"{mark} ", style=_style(status)).append(f"{state.name:<14}")
    line.append(f"{state.took_s:7.1f} s" if state.ended_at else f"{status:>9}", style="dim")
    if state.attempts > 1:
        line.append(f"  retried {_times(state.attempts - 1)}", style="yellow")
    if counts.get(state.name):
        line.append(f"  {describe_counts(counts[state.name])}", style="dim")
    if state.error and state.ended_at is None:
        line.append(f"  {state.error}: {short_cause(state.cause)}", style="red")
    branch = tree.add(line)
    for one in state.below:
        _add(branch, run, one, counts)


def _style(status: str) -> str:
    return _STYLES.get(status, "default")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _exit_message(result: Any) -> dict[str, Any]:
    message = (result or {}).get("ExitMessage")
    try:
        told = json.loads(message) if message else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
