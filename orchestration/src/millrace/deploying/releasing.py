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

ORDER = ("shared", "notify", "ingest", "etl", "view", "forecast", "orchestration", "reporting")
"""In the order in which they find each other."""

_TEMPLATES = {
    "shared": "shared/deploy/template.yaml",
    "orchestration": "orchestration/deploy/template.yaml",
    "reporting": "orchestration/deploy/reporting.yaml",
}
"""Where the template of what is no service lies."""


def template_of(project: Project, part: str) -> Path:
    """The part's template. Raises InputRejected for a part that there is not."""
    other = _TEMPLATES.get(part)
    template = project.root / other if other else project.service(part) / "deploy" / "template.yaml"
    if not template.exists():
        raise InputRejected(f"there is no {part}: one of {', '.join(ORDER)}")
    return template


def stack_name(aws: Aws, part: str) -> str:
    """Name of the part's stack in this deployment."""
    return f"millrace-{aws.environment}-{part}"


def has_image(project: Project, part: str) -> bool:
    """Whether the part is deployed from a container image."""
    return "ImageUri" in parameters_of(template_of(project, part))


def own_parameters(
    aws: Aws, project: Project, part: str, image_uri: str | None
) -> Mapping[str, str]:
    """Parameters that follow from the checkout, with the files they name uploaded.

    Args:
        aws: Where to.
        project: The checkout.
        part: One of ``ORDER``.
        image_uri: The service's image, when it has one.

    Raises:
        DeployFailed: A wheel is not built.
    """
    declared = parameters_of(template_of(project, part))
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
