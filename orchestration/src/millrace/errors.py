"""Errors of the ``millrace`` command.

* MillraceError: what is wrong, in words for the person at the terminal
  + SpecRejected: a dataset's files are wrong; nothing has moved
  + CloudUnavailable: there is no cloud to talk to
  + DeployFailed: a stack did not reach its goal
  + RunUnknown: no run has that id
  + QueryFailed: Athena refused or failed the query
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class MillraceError(Exception):
    """What is wrong, in words for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one file."""

    file: str
    place: str
    """Path in the document, with the line; or line and column of SQL."""
    found: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: found {self.found}; allowed: {self.allowed}"


class SpecRejected(MillraceError):
    """A dataset's files are wrong; nothing has moved."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class CloudUnavailable(MillraceError):
    """There is no cloud to talk to."""


class DeployFailed(MillraceError):
    """A stack did not reach its goal."""


class RunUnknown(MillraceError):
    """No run has that id."""


class QueryFailed(MillraceError):
    """Athena refused or failed the query."""
