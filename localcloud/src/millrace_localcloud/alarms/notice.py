"""What an alarm tells a topic."""

from __future__ import annotations

import json

from moto.cloudwatch.models import Alarm

_LONGEST = 100
"""Characters of a subject (SNS API Reference, Publish)."""


def subject(alarm: Alarm) -> str:
    """As ``ALARM: "name" in us-east-1``."""
    return f'{alarm.state_value}: "{alarm.name}" in {alarm.region_name}'[:_LONGEST]


def notice(alarm: Alarm, before: str, account: str) -> str:
    """JSON with the keys of Amazon CloudWatch User Guide, "Notify users on alarm changes"."""
    told = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": f"{alarm.state_updated_timestamp:%Y-%m-%dT%H:%M:%S}.000+0000",
        "Region": alarm.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "StatisticType": "Statistic",
            "Statistic": str(alarm.statistic).upper(),
            "Dimensions": [{"name": one.name, "value": one.value} for one in alarm.dimensions],
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
        },
    }
    return json.dumps(told)
