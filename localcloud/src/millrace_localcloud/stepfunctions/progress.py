"""How far a machine, or one branch of it, has come: what a redrive goes on from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Progress:
    """The state being run by one sequence of states, and of its branches if it is a Parallel."""

    state: str | None = None
    input_json: str | None = None
    """Input of that state, as the StateEntered event records it."""
    ended: bool = False
    output: Any = None
    branches: dict[int, Progress] = field(default_factory=dict)
    resuming: bool = False
    """True from the redrive until this sequence has entered its state again."""
    keeps_branches: bool = False
    """True from the redrive until its Parallel has taken the branches of the attempt before."""
    variables: Any = None
    """The interpreter's variable store of this sequence; loaded from disk, its scopes."""

    def enter(self, state: str, input_json: str) -> None:
        resumed = self.resuming and state == self.state
        if not resumed:
            self.branches = {}
        self.resuming = False
        self.state = state
        self.input_json = input_json

    def end(self, output: Any) -> None:
        self.ended = True
        self.output = output
        self.branches = {}

    def resume(self) -> None:
        """Prepare to go on: what has ended stays ended, the rest runs again."""
        self.resuming = self.keeps_branches = self.state is not None and not self.ended
        for branch in self.branches.values():
            branch.resume()

    def take_branches(self) -> dict[int, Progress]:
        """The branches to go on with, once: a Retry of the Parallel starts them afresh."""
        taken = self.branches if self.keeps_branches else {}
        self.branches, self.keeps_branches = {}, False
        return taken

    def __getstate__(self) -> dict[str, Any]:
        state = {member.name: getattr(self, member.name) for member in fields(self)}
        state["branches"] = dict(self.branches)  # other threads add to it
        if hasattr(self.variables, "_inner_scope"):
            # Plain values: loading the state must not import the interpreter.
            state["variables"] = {
                "outer": dict(self.variables._outer_scope),
                "inner": dict(self.variables._inner_scope),
            }
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.keeps_branches = False  # what was saved before there was this member lacks it
        for name, value in state.items():
            setattr(self, name, value)
