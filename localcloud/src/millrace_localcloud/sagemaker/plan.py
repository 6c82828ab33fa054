"""What differs between the kinds of jobs."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from millrace_localcloud.sagemaker.container import Container


class JobPlan(ABC):
    """How the containers of a job are filled, and what becomes of what they leave."""

    log_group: str
    image: str
    given_command: list[str]
    instances: int
    variables: dict[str, str]

    @abstractmethod
    def stage(self, s3: Any, containers: Sequence[Container]) -> None:
        """Fill the containers' folders. Raises JobFailed."""

    @abstractmethod
    def collect(self, s3: Any, containers: Sequence[Container]) -> None:
        """Copy what a successful job made to S3. Raises JobFailed."""

    def variables_of(self, container: Container) -> Mapping[str, str]:
        """Environment of one of the containers."""
        return self.variables

    def exit_message(self, containers: Sequence[Container]) -> str | None:
        """What the containers leave for DescribeProcessingJob; other jobs leave nothing."""
        return None

    def failure(self, containers: Sequence[Container]) -> str | None:
        """Why the job failed, in the containers' own words."""
        return None


class ServingPlan(JobPlan):
    """A job whose containers would serve for ever: its work is what it asks them.

    ``given_command`` is what the image's own entry point gets.
    """

    @abstractmethod
    def drive(self, s3: Any, containers: Sequence[Container], ended: threading.Event) -> None:
        """Ask the running containers all there is to ask, unless they have ``ended``."""

    @abstractmethod
    def rescue(self, s3: Any) -> None:
        """Copy to S3 what a failed job made and AWS keeps all the same."""
