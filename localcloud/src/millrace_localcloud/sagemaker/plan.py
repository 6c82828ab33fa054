"""What differs between a processing and a training job."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
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
        """Copy what a successful job made to S3."""

    def exit_message(self, containers: Sequence[Container]) -> str | None:
        """What the containers leave for DescribeProcessingJob; a training job leaves nothing."""
        return None

    def failure(self, containers: Sequence[Container]) -> str | None:
        """Why the job failed, in the containers' own words."""
        return None
