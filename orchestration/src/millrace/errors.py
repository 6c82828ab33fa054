"""Errors of the ``millrace`` command.

* MillraceError: what is wrong, in words for the person at the terminal
  + SpecRejected: a dataset's files are wrong; nothing has moved
  + InputRejected: what was asked for cannot be; nothing has moved
  + CloudUnavailable: there is no cloud to talk to, or it asks to try again
  + AwsRefused: AWS refused a call
  + NotDeployed: what is asked about is not deployed there
  + DeployFailed: a stack did not reach its goal
  + RunUnknown: no run has that id
  + RedriveRefused: the run cannot go on from where it ended
  + DatasetUnknown: no dataset of that name is published
  + QueryFailed: Athena refused or failed the query
  + TrainingFailed: no model came of a training job
  + DrawingFailed: the job that draws a forecast did not
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


class InputRejected(MillraceError):
    """What was asked for cannot be; nothing has moved."""


class CloudUnavailable(MillraceError):
    """There is no cloud to talk to, or it asks to try again."""


class AwsRefused(MillraceError):
    """AWS refused a call."""


class NotDeployed(MillraceError):
    """What is asked about is not deployed there."""


class DeployFailed(MillraceError):
    """A stack did not reach its goal."""


class RunUnknown(MillraceError):
    """No run has that id."""


class RedriveRefused(MillraceError):
    """The run cannot go on from where it ended."""


class DatasetUnknown(MillraceError):
    """No dataset of that name is published."""


class QueryFailed(MillraceError):
    """Athena refused or failed the query."""


class TrainingFailed(MillraceError):
    """No model came of a training job."""


class DrawingFailed(MillraceError):
    """The job that draws a forecast did not."""
