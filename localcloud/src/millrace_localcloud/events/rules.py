"""Rules that start their targets, and what is refused when they are made."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.events.cron import ScheduleInvalid
from millrace_localcloud.events.deliveries import Deliveries, Delivery
from millrace_localcloud.events.delivery import is_served
from millrace_localcloud.events.paths import PathInvalid
from millrace_localcloud.events.schedule import Once, parse_schedule
from millrace_localcloud.events.target_input import InputInvalid, build_input, check_input

_log = logging.getLogger(__name__)


class RuleBackend(EventsBackend):
    """Checks schedules and targets as AWS does."""

    cloud: ClassVar[Cloud]

    def put_rule(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        expression = keywords.get("scheduled_expression")
        now = self.cloud.now()
        if expression:
            _check_expression(expression, now)
        rule = super().put_rule(name, *arguments, **keywords)
        rule.scheduled_from = now
        return rule

    def put_targets(
        self, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]
    ) -> None:
        for target in targets:
            arn = target["Arn"]
            if not is_served(arn) and not _is_archive(arn):
                raise ValidationException(f"{arn}: such targets are not served here")
            try:
                check_input(target)
            except (InputInvalid, PathInvalid) as exc:
                raise ValidationException(f"Invalid input of target {target['Id']}: {exc}") from exc
        super().put_targets(name, event_bus_arn, targets)


def make_send_to_targets(
    deliveries: Deliveries, original: Callable[..., None]
) -> Callable[..., None]:
    """``Rule.send_to_targets`` that starts every kind of target and never raises.

    moto's own raises for functions, state machines and topics, ignores DISABLED, and takes a
    schedule without a pattern for a match.
    """

    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        if self.state != "ENABLED" or not self.event_pattern.get_pattern():
            return
        if not self.event_pattern.matches_event(original_event):
            return
        archives = [target for target in self.targets if _is_archive(target["Arn"])]
        if archives:
            rule = copy.copy(self)
            rule.targets = archives
            original(rule, original_event, transform_input)
        send_event(deliveries, self, describe_event(original_event))

    return send_to_targets


def send_event(deliveries: Deliveries, rule: Any, event: dict[str, Any]) -> None:
    """Hand ``event`` to every target of ``rule``."""
    for target in list(rule.targets):
        if not _is_archive(target["Arn"]):
            payload = build_input(target, event, rule.arn)
            deliveries.submit(Delivery(target, payload, rule.arn))


def describe_event(event: Any) -> dict[str, Any]:
    """The event as targets see it: moto's own has a number for its time, and an extra field."""
    described = {key: value for key, value in event.items() if key != "ingestion-time"}
    time = described.get("time")
    if isinstance(time, int | float):
        time = datetime.fromtimestamp(time, UTC)
    if isinstance(time, datetime):
        described["time"] = f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    document: dict[str, Any] = json.loads(json.dumps(described, default=str))
    return document


def _check_expression(expression: str, now: datetime) -> None:
    try:
        schedule = parse_schedule(expression, start=now)
    except ScheduleInvalid as exc:
        raise ValidationException(f"Parameter ScheduleExpression is not valid. {exc}") from exc
    if isinstance(schedule, Once):
        raise ValidationException("Parameter ScheduleExpression is not valid.")


def _is_archive(arn: str) -> bool:
    parts = arn.split(":")
    return parts[2] == "events" and not "".join(parts[4:])
