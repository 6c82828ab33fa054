"""Lambda: the real Runtime API, one process per concurrent invocation."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud


def install(cloud: Cloud) -> None:
    """Replace moto's part by this one."""
