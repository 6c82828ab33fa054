"""How far a machine, or one branch or item of it, has come: what a redrive goes on from.

Each change is told apart, so that keeping it costs the same however many items a Map has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """A sequence of states as it is after a step; ``path`` leads to it through the branches."""

    path: tuple[int, ...]
    state: str | None
    input_json: str | None
    ended: bool
    output: Any
    variables: dict[str, Any] | None
    map_run: str | None
    is_afresh: bool
    """Whether what its branches had done is forgotten."""


@dataclass(slots=True)
class Progress:
    """The state being run by one sequence of states, and what it has branches of.

    These are the branches of a Parallel or the items of a Map.
    """

    path: tuple[int, ...] = ()
    state: str | None = None
    input_json: str | None = None
    """Input of that state, as the StateEntered event records it."""
    ended: bool = False
    output: Any = None
    branches: dict[int, Progress] = field(default_factory=dict)
    map_run: str | None = None
    """ARN of the run, if the state is a distributed Map."""
    resuming: bool = False
    """True from the redrive until this sequence has entered its state again."""
    keeps_branches: bool = False
    """True from the redrive until its state has begun the branches of the attempt before again."""
    variables: Any = None
    """The interpreter's variable store of this sequence; loaded from disk, its scopes."""
    changes: list[Change] | None = None
    """Where changes are told, if anywhere; the same for all branches."""

    def enter(self, state: str, input_json: str) -> None:
        resumed = self.resuming and state == self.state
        if not resumed:
            self._begin_afresh()
        self.resuming = False
        self.state = state
        self.input_json = input_json
        self._tell(is_afresh=not resumed)

    def end(self, output: Any) -> None:
        self.ended = True
        self.output = output
        self._begin_afresh()
        self._tell(is_afresh=True)

    def resume(self) -> None:
        """Prepare to go on: what has ended stays ended, the rest runs again."""
        self.resuming = self.keeps_branches = self.state is not None and not self.ended
        for branch in self.branches.values():
            branch.resume()

    def begin_branches(self) -> None:
        """Keep the branches to go on with, once: a Retry of their state starts them afresh."""
        if not self.keeps_branches:
            self._begin_afresh()
            self._tell(is_afresh=True)
        self.keeps_branches = False

    def restart_branches(self) -> None:
        """Let the branches that have not ended begin at their first state again."""
        for index, branch in list(self.branches.items()):
            if not branch.ended:
                branch.tell_to(None)
                del self.branches[index]

    def begin_map_run(self, arn: str) -> None:
        self.map_run = arn
        self._tell(is_afresh=False)

    def branch(self, index: int) -> Progress:
        """The progress of a branch, which may have come some way already."""
        if index not in self.branches:
            self.branches[index] = Progress((*self.path, index), changes=self.changes)
        return self.branches[index]

    def tell_to(self, changes: list[Change] | None) -> None:
        """Tell changes there, from this whole tree."""
        self.changes = changes
        for branch in self.branches.values():
            branch.tell_to(changes)

    def take_changes(self) -> list[Change]:
        """What was told since the last time; other threads may tell more meanwhile."""
        changes = self.changes if self.changes is not None else []
        taken = changes[:]
        del changes[: len(taken)]
        return taken

    def take_up(self, change: Change) -> None:
        """Be as a change of this tree left it."""
        found = self
        for index in change.path:
            found = found.branch(index)
        found.state, found.input_json = change.state, change.input_json
        found.ended, found.output = change.ended, change.output
        found.variables, found.map_run = change.variables, change.map_run
        if change.is_afresh:
            found.branches = {}

    def _begin_afresh(self) -> None:
        # What a branch that is being stopped still does is no step of the one after it.
        for branch in self.branches.values():
            branch.tell_to(None)
        self.branches = {}
        self.map_run = None

    def _tell(self, *, is_afresh: bool) -> None:
        if self.changes is not None:
            self.changes.append(
                Change(
                    self.path,
                    self.state,
                    self.input_json,
                    self.ended,
                    self.output,
                    _scopes(self.variables),
                    self.map_run,
                    is_afresh,
                )
            )

    def __getstate__(self) -> dict[str, Any]:
        return dict(_saved(self))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.changes = None
        for name, value in state.items():
            setattr(self, name, value)


def _saved(progress: Progress) -> Iterator[tuple[str, Any]]:
    for name in Progress.__slots__:
        if name == "variables":
            yield name, _scopes(progress.variables)
        elif name == "branches":
            yield name, dict(progress.branches)  # other threads add to it
        elif name != "changes":
            yield name, getattr(progress, name)


def _scopes(variables: Any) -> Any:
    """Plain values: loading the state must not import the interpreter."""
    if not hasattr(variables, "_inner_scope"):
        return variables
    return {"outer": dict(variables._outer_scope), "inner": dict(variables._inner_scope)}
