"""DynamoDB whose conditional writes and transactions have exactly one winner."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_responses


def install(cloud: Cloud) -> None:
    """Let one request at a time reach the tables."""
    from moto.dynamodb.responses import DynamoHandler

    from millrace_localcloud.dynamodb.responses import TableResponses

    TableResponses.now = cloud.now
    replace_responses("dynamodb", DynamoHandler, TableResponses)
