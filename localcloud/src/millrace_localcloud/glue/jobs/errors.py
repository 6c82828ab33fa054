"""What a job may lack."""

from __future__ import annotations


class JobUnrunnable(Exception):
    """The job names something that is not there; the message is the run's ErrorMessage."""
