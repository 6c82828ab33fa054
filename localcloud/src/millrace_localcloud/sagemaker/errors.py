"""Why a job fails."""

from __future__ import annotations


class JobFailed(Exception):
    """The message is the job's FailureReason: ``ClientError: …`` or ``AlgorithmError: …``."""
