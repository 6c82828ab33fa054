"""How one instance of a job is started: in its image, or in the environment that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.containers import Mount
from millrace_localcloud.containers.images import names_of_image
from millrace_localcloud.processes import Starts
from millrace_localcloud.sagemaker.container import ROOT, Container
from millrace_localcloud.sagemaker.plan import JobPlan, ServingPlan


@dataclass(frozen=True, slots=True)
class Launch:
    """A program, and what starts it."""

    starts: Starts
    command: Sequence[str]
    env: Mapping[str, str]
    folder: Path


def plan_launch(cloud: Cloud, plan: JobPlan, container: Container) -> Launch:
    """Say how ``container`` is started; its folder is ``/opt/ml`` to it.

    Raises:
        ImageMissing: The engine has no such image.
        EnvironmentUnknown: No environment stands for the image.
        JobFailed: The environment lacks the program.
    """
    variables = plan.variables_of(container)
    if cloud.containers is None:
        environment = cloud.environments.for_image(plan.image)
        return Launch(
            cloud.children,
            container.command(environment, plan.given_command),
            cloud.child_env(container.env(variables)),
            container.base,
        )
    image = cloud.containers.image(names_of_image(plan.image), plan.image)
    mounts = [Mount(container.base, str(ROOT))]
    env = cloud.container_env({**variables, "PYTHONUNBUFFERED": "1"})
    container.base.mkdir(parents=True, exist_ok=True)
    starts = cloud.containers.starter(image, mounts)
    serves = isinstance(plan, ServingPlan)
    command = [*_entry_point(image), *plan.given_command] if serves else plan.given_command
    return Launch(starts, command, env, container.base)


def _entry_point(image: Any) -> list[str]:
    """The image's own, which the start replaces."""
    return list(image.attrs["Config"].get("Entrypoint") or [])
