"""CloudWatch's alarms: their state follows their metric, and their actions reach SNS."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_backend


def install(cloud: Cloud) -> None:
    """Evaluate what moto only keeps."""
    from millrace_localcloud.alarms.backend import AlarmingBackend

    replace_backend("cloudwatch", "cloudwatch_backends", AlarmingBackend)
