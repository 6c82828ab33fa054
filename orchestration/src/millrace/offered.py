"""The servers that a checkout brings for its own datasets, beside the laptop's cloud."""

from __future__ import annotations

import json
import time
from typing import Any

from millrace.errors import CloudUnavailable
from millrace.laptop import Laptop
from millrace.project import Project

_DEADLINE_S = 120


def wait_for_sources(project: Project, laptop: Laptop, within_s: float = _DEADLINE_S) -> None:
    """Wait until the checkout's own servers are known to the cloud.

    Raises:
        CloudUnavailable: They did not start; what they say of it is told.
    """
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        told = _told(project)
        if told.get("endpoint") == laptop.endpoint:
            if "error" in told:
                raise CloudUnavailable(f"the sources did not start: {told['error']}")
            return
        time.sleep(0.05)
    log = project.home / "logs" / "beside.log"
    raise CloudUnavailable(f"the sources were not offered in {within_s:g} s: see {log}")


def _told(project: Project) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(project.sources_ready.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return told
