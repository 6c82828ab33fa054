"""Fires what is due: scheduled rules and EventBridge Scheduler's schedules, by one thread."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.events.deliveries import Deliveries, Delivery
from millrace_localcloud.events.rules import send_event
from millrace_localcloud.events.schedule import Once, Schedule, parse_schedule
from millrace_localcloud.events.schedules import build_payload, is_within, when_due

_LOOK_EVERY_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    key: tuple[Any, ...]
    """Changes whenever the times do."""
    schedule: Schedule
    noted_from: datetime
    fire: Callable[[datetime], None]


class Timetable:
    """Looks once a second, and whenever the clock is moved.

    A schedule that came due several times between two looks, since the clock was moved or the
    laptop slept, fires once: nobody wants a night of runs at once.
    """

    def __init__(self, cloud: Cloud, deliveries: Deliveries) -> None:
        self._cloud = cloud
        self._deliveries = deliveries
        self._looked_at = cloud.now()
        self._next: dict[tuple[Any, ...], datetime | None] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="timetable", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                # The thread serves every schedule: one faulty entry must not end it.
                _log.exception("timetable")
            self._cloud.clock.sleep(_LOOK_EVERY_S)

    def look(self) -> None:
        """Fire what came due since the last look."""
        now, looked_at = self._cloud.now(), self._looked_at
        self._looked_at = now
        known = self._next if now >= looked_at else {}
        # In place from here on: should one entry raise, those before it have fired and stay so.
        upcoming = self._next = {}
        for entry in self._entries():
            if entry.key in known:
                due_at = known[entry.key]
            else:
                since = min(max(entry.noted_from, looked_at), now)
                due_at = entry.schedule.next_after(since)
            if due_at is None or due_at > now:
                upcoming[entry.key] = due_at
            else:
                upcoming[entry.key] = entry.schedule.next_after(now)
                entry.fire(due_at)

    def _entries(self) -> Iterator[_Entry]:
        yield from self._rules()
        yield from self._schedules()

    def _rules(self) -> Iterator[_Entry]:
        from moto.events.models import events_backends

        for bus in list(events_backends[ACCOUNT][REGION].event_buses.values()):
            for rule in list(bus.rules.values()):
                if rule.scheduled_expression and rule.state == "ENABLED":
                    start = rule.scheduled_from
                    yield _Entry(
                        key=(rule.arn, rule.scheduled_expression, start),
                        schedule=parse_schedule(rule.scheduled_expression, start=start),
                        noted_from=start,
                        fire=partial(self._fire_rule, rule),
                    )

    def _schedules(self) -> Iterator[_Entry]:
        from moto.scheduler.models import scheduler_backends

        for group in list(scheduler_backends[ACCOUNT][REGION].schedule_groups.values()):
            for schedule in list(group.schedules.values()):
                if schedule.state == "ENABLED":
                    times = when_due(schedule)
                    yield _Entry(
                        key=(schedule.arn, times),
                        schedule=times,
                        noted_from=schedule.scheduled_from,
                        fire=partial(self._fire_schedule, group, schedule),
                    )

    def _fire_rule(self, rule: Any, due_at: datetime) -> None:
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": f"{due_at:%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": [rule.arn],
            "detail": {},
        }
        send_event(self._deliveries, rule, event)

    def _fire_schedule(self, group: Any, schedule: Any, due_at: datetime) -> None:
        if is_within(schedule, due_at):
            payload = build_payload(schedule, due_at)
            self._deliveries.submit(Delivery(schedule.target, payload, schedule.arn))
        times = when_due(schedule)
        following = times.next_after(due_at)
        completed = isinstance(times, Once) or following is None
        ended = completed or not is_within(schedule, max(following or due_at, due_at))
        if ended and schedule.action_after_completion == "DELETE":
            group.schedules.pop(schedule.name, None)
