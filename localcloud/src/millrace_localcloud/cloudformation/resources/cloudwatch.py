"""AWS::CloudWatch: alarms and dashboards."""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_ALARM = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Tags",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)


def _put_alarm(request: Request) -> Made:
    request.client("cloudwatch").put_metric_alarm(AlarmName=request.name, **request.pick(*_ALARM))
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{request.name}"
    return Made(request.name, {"Arn": arn})


def _delete_alarm(request: Request) -> None:
    request.client("cloudwatch").delete_alarms(AlarmNames=[request.physical_id])


def _put_dashboard(request: Request) -> Made:
    request.client("cloudwatch").put_dashboard(
        DashboardName=request.name, **request.pick("DashboardBody")
    )
    return Made(request.name)


def _delete_dashboard(request: Request) -> None:
    request.client("cloudwatch").delete_dashboards(DashboardNames=[request.physical_id])


RESOURCE_TYPES = (
    ResourceType(
        "AWS::CloudWatch::Alarm",
        applies=frozenset({"AlarmName", *_ALARM}),
        create=_put_alarm,
        update=_put_alarm,
        delete=_delete_alarm,
        attributes=frozenset({"Arn"}),
        name_property="AlarmName",
    ),
    ResourceType(
        "AWS::CloudWatch::Dashboard",
        applies=frozenset({"DashboardBody", "DashboardName"}),
        create=_put_dashboard,
        update=_put_dashboard,
        delete=_delete_dashboard,
        name_property="DashboardName",
    ),
)
