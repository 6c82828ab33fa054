"""Metrics on CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from millrace_notify.adapters.aws_errors import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

NAMESPACE = "Millrace"


class CloudWatchMetrics:
    """Metrics of one environment."""

    def __init__(self, client: CloudWatchClient, environment: str) -> None:
        self._client = client
        self._environment = environment

    def count(self, numbers: Mapping[str, int]) -> None:
        dimensions = [{"Name": "Environment", "Value": self._environment}]
        with aws_errors():
            self._client.put_metric_data(
                Namespace=NAMESPACE,
                MetricData=[
                    {
                        "MetricName": name,
                        "Dimensions": dimensions,  # type: ignore[typeddict-item]
                        "Value": value,
                        "Unit": "Count",
                    }
                    for name, value in numbers.items()
                ],
            )
