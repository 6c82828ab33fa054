"""Start a run, follow it and tell how it ended."""

from millrace.runs.following import Change, Outcome, follow
from millrace.runs.starting import Run, start_run

__all__ = ["Change", "Outcome", "Run", "follow", "start_run"]
