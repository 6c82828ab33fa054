"""CloudWatch, with alarms that are evaluated whenever their metric is recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend, MetricDatum
from moto.sns.models import sns_backends

from millrace_localcloud.alarms.evaluation import breaches, statistic_of
from millrace_localcloud.alarms.notice import notice, subject

_UNDECIDED = "INSUFFICIENT_DATA"
_ACTIONS = {"ALARM": "alarm_actions", "OK": "ok_actions"}


class AlarmingBackend(CloudWatchBackend):
    """Alarms on one statistic of one metric over one period; others keep the state they have."""

    def put_metric_alarm(self, *arguments: Any, **keywords: Any) -> Any:
        known = {**self.alarms}
        alarm = super().put_metric_alarm(*arguments, **keywords)
        # A new alarm has not been evaluated; one that is updated keeps its state (CloudWatch API
        # Reference, PutMetricAlarm).
        before = known.get(alarm.name)
        alarm.state_value = before.state_value if before else _UNDECIDED
        if before:
            alarm.state_reason, alarm.history = before.state_reason, before.history
        return alarm

    def put_metric_data(self, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        super().put_metric_data(namespace, metric_data)
        names = {one["MetricName"] for one in metric_data}
        for alarm in self.alarms.values():
            if alarm.namespace == namespace and alarm.metric_name in names:
                self._evaluate(alarm)

    def _evaluate(self, alarm: Alarm) -> None:
        if int(alarm.evaluation_periods or 0) != 1 or alarm.metric_data_queries:
            return
        value = statistic_of(alarm.statistic, self._recorded(alarm))
        if value is None:
            return
        breached = breaches(alarm.comparison_operator, value, float(alarm.threshold))
        state, before = "ALARM" if breached else "OK", alarm.state_value
        if state == before:
            return
        reason = (
            f"Threshold Crossed: 1 datapoint [{value}] was {'' if breached else 'not '}"
            f"{alarm.comparison_operator} ({alarm.threshold})."
        )
        alarm.update_state(reason, json.dumps({"recentDatapoints": [value]}), state)
        if alarm.actions_enabled:
            self._act(alarm, before, getattr(alarm, _ACTIONS[state]))

    def _recorded(self, alarm: Alarm) -> list[float]:
        """Values of the alarm's metric in the latest period that has some."""
        wanted = {(one.name, one.value) for one in alarm.dimensions}
        periods: dict[float, list[float]] = {}
        for one in self.metric_data:
            if (
                isinstance(one, MetricDatum)
                and (one.namespace, one.name) == (alarm.namespace, alarm.metric_name)
                and {(each.name, each.value) for each in one.dimensions} == wanted
            ):
                period = one.timestamp.timestamp() // int(alarm.period)
                periods.setdefault(period, []).append(float(one.value))
        return periods[max(periods)] if periods else []

    def _act(self, alarm: Alarm, before: str, actions: Sequence[str]) -> None:
        for arn in actions:
            topics = sns_backends[self.account_id][self.region_name].topics
            if arn in topics:
                topics[arn].publish(notice(alarm, before, self.account_id), subject(alarm))
