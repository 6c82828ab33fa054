"""EventBridge Scheduler's schedules: what is refused, and what their targets receive."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from moto.scheduler.exceptions import ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.events.cron import ScheduleInvalid
from millrace_localcloud.events.delivery import is_served
from millrace_localcloud.events.schedule import Schedule, parse_schedule


class ScheduleBackend(EventBridgeSchedulerBackend):
    """Refuses at creation what could never start."""

    cloud: ClassVar[Cloud]

    def create_schedule(self, **settings: Any) -> Any:
        self._check(settings)
        schedule = super().create_schedule(**settings)
        schedule.scheduled_from = self.cloud.now()
        return schedule

    def update_schedule(self, **settings: Any) -> Any:
        self._check(settings)
        schedule = super().update_schedule(**settings)
        schedule.scheduled_from = self.cloud.now()
        return schedule

    def _check(self, settings: dict[str, Any]) -> None:
        expression = settings["schedule_expression"]
        timezone = settings["schedule_expression_timezone"] or "UTC"
        try:
            parse_schedule(expression, start=self.cloud.now(), timezone=timezone)
        except ScheduleInvalid as exc:
            raise ValidationException(f"Invalid Schedule Expression {expression}. {exc}") from exc
        target = settings["target"]
        if not is_served(target["Arn"]):
            raise ValidationException(f"{target['Arn']}: such targets are not served here")
        try:
            json.loads(target.get("Input") or "{}")
        except ValueError as exc:
            if target["Arn"].split(":")[2] not in ("sns", "sqs"):
                raise ValidationException(f"Target.Input is no JSON: {exc}") from exc


def when_due(schedule: Any) -> Schedule:
    """The times of one of moto's schedules."""
    start = _moment(schedule.start_date) or schedule.scheduled_from
    return parse_schedule(
        schedule.schedule_expression,
        start=start,
        timezone=schedule.schedule_expression_timezone,
    )


def is_within(schedule: Any, due_at: datetime) -> bool:
    """Say whether StartDate and EndDate let the schedule run at ``due_at``."""
    start, end = _moment(schedule.start_date), _moment(schedule.end_date)
    return (start is None or due_at >= start) and (end is None or due_at <= end)


def build_payload(schedule: Any, due_at: datetime) -> str:
    """The target's input, with the scheduler's own words filled in.

    EventBridge Scheduler User Guide, "Adding context attributes".
    """
    scheduled_time = f"{due_at:%Y-%m-%dT%H:%M:%SZ}"
    execution_id = str(uuid.uuid4())
    given = schedule.target.get("Input")
    if not given:
        return json.dumps(
            {
                "version": "0",
                "id": execution_id,
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ACCOUNT,
                "time": scheduled_time,
                "region": REGION,
                "resources": [schedule.arn],
                "detail": "{}",
            }
        )
    words = {
        "<aws.scheduler.schedule-arn>": schedule.arn,
        "<aws.scheduler.scheduled-time>": scheduled_time,
        "<aws.scheduler.execution-id>": execution_id,
        "<aws.scheduler.attempt-number>": "1",
    }
    payload = str(given)
    for word, value in words.items():
        payload = payload.replace(word, value)
    return payload


def _moment(timestamp: Any) -> datetime | None:
    if not timestamp:
        return None
    if isinstance(timestamp, str):
        return datetime.fromisoformat(timestamp).astimezone(UTC)
    return datetime.fromtimestamp(float(timestamp), UTC)
