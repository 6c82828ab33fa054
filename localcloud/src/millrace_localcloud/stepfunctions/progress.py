"""How far a machine, or one branch of it, has come: what a redrive goes on from."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    variables: Any = None
    """The interpreter's variable store of this sequence."""

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
        self.resuming = self.state is not None and not self.ended
        for branch in self.branches.values():
            branch.resume()

    def take_branches(self) -> dict[int, Progress]:
        """The branches to go on with, once: a Retry of the Parallel starts them afresh."""
        taken, self.branches = self.branches, {}
        return taken
