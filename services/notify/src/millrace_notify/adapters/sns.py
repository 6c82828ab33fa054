"""Topic on SNS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from millrace_notify.adapters.aws_errors import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsTopic:
    """Topic that takes a body for each protocol in one publish."""

    def __init__(self, client: SNSClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(
        self, subject: str, bodies: Mapping[str, str], attributes: Mapping[str, str]
    ) -> None:
        with aws_errors():
            self._client.publish(
                TopicArn=self._arn,
                Subject=subject,
                Message=json.dumps(dict(bodies)),
                MessageStructure="json",
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            )
