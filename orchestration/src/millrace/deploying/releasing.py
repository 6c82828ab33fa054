"""What one part of Millrace is deployed from: its template, and what its parameters point to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from millrace.aws import Aws
from millrace.deploying.artifacts import upload_definition, upload_etl
from millrace.deploying.templates import parameters_of
from millrace.errors import InputRejected
from millrace.project import Project

ORDER = ("shared", "notify", "ingest", "etl", "view", "forecast", "orchestration")
"""In the order in which they find each other."""


def folder_of(project: Project, part: str) -> Path:
    """The part's folder. Raises InputRejected for a part that there is not."""
    folder = project.root / part if part in ("shared", "orchestration") else project.service(part)
    if not (folder / "deploy" / "template.yaml").exists():
        raise InputRejected(f"there is no {part}: one of {', '.join(ORDER)}")
    return folder


def stack_name(aws: Aws, part: str) -> str:
    """Name of the part's stack in this deployment."""
    return f"millrace-{aws.environment}-{part}"


def has_image(project: Project, part: str) -> bool:
    """Whether the part is deployed from a container image."""
    return "ImageUri" in parameters_of(folder_of(project, part) / "deploy" / "template.yaml")


def own_parameters(
    aws: Aws, project: Project, part: str, image_uri: str | None
) -> Mapping[str, str]:
    """Parameters that follow from the checkout, with the files they name uploaded.

    Args:
        aws: Where to.
        project: The checkout.
        part: ``shared``, a service or ``orchestration``.
        image_uri: The service's image, when it has one.

    Raises:
        DeployFailed: A wheel is not built.
    """
    declared = parameters_of(folder_of(project, part) / "deploy" / "template.yaml")
    found = {"Environment": aws.environment}
    if "ImageUri" in declared and image_uri:
        found["ImageUri"] = image_uri
    if "ScriptUri" in declared:
        etl = upload_etl(aws, aws.bucket("artifacts"), project)
        found |= {
            "Version": project.version(part),
            "ScriptUri": etl.script,
            "PythonModules": ",".join(etl.wheels),
        }
    for name in declared:
        if definition := re.fullmatch(r"(\w+)DefinitionKey", name):
            file = definition[1].lower()
            found[name] = upload_definition(aws, aws.bucket("artifacts"), project, file)
    return found
