"""EventBridge rules and schedules that start their targets."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_attribute, replace_backend


def install(cloud: Cloud) -> None:
    """Make rules deliver and schedules fire."""
    from moto.events.models import Rule

    from millrace_localcloud.events.deliveries import Deliveries
    from millrace_localcloud.events.rules import RuleBackend, make_send_to_targets
    from millrace_localcloud.events.schedules import ScheduleBackend
    from millrace_localcloud.events.timetable import Timetable

    RuleBackend.cloud = ScheduleBackend.cloud = cloud
    replace_backend("events", "events_backends", RuleBackend)
    replace_backend("scheduler", "scheduler_backends", ScheduleBackend)
    deliveries = Deliveries(cloud)
    replace_attribute(
        Rule, "send_to_targets", make_send_to_targets(deliveries, original=Rule.send_to_targets)
    )
    Timetable(cloud, deliveries).start()
