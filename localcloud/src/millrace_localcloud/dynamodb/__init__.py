"""DynamoDB whose conditional writes have exactly one winner and survive at any moment."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.seams import replace_responses

_log = logging.getLogger(__name__)
_open = build_opener(ProxyHandler({})).open


def install(cloud: Cloud) -> None:
    """Let one request at a time reach the tables, and keep each change on disk."""
    from moto.dynamodb.responses import DynamoHandler

    from millrace_localcloud.dynamodb.journal import Journal
    from millrace_localcloud.dynamodb.responses import TableResponses

    TableResponses.now = cloud.now
    TableResponses.journal = Journal(cloud.home.state / "dynamodb")
    if not cloud.home.snapshot.exists():
        TableResponses.journal.clear()
    replace_responses("dynamodb", DynamoHandler, TableResponses)


def restored(cloud: Cloud) -> None:
    """After a restart: what was told since the snapshot is told again."""
    from moto.dynamodb.models import dynamodb_backends

    from millrace_localcloud.dynamodb.responses import TableResponses

    backend = dynamodb_backends[ACCOUNT][REGION]
    journal, TableResponses.journal = TableResponses.journal, None
    assert journal is not None
    for change in list(journal.since(getattr(backend, "changes", 0))):
        _send(cloud, change.target, change.body)
    TableResponses.journal = journal


def saving(cloud: Cloud) -> Callable[[], None]:
    """Before a snapshot; answers what to do once it is written."""
    from millrace_localcloud.dynamodb.responses import TableResponses

    assert TableResponses.journal is not None
    covered = TableResponses.journal.begin_file()

    def saved() -> None:
        for file in covered:
            file.unlink()

    return saved


def _send(cloud: Cloud, target: str, body: str) -> None:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": target,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20000101/{REGION}/dynamodb/"
        "aws4_request, SignedHeaders=host, Signature=0",
    }
    try:
        _open(Request(cloud.endpoint, body.encode(), headers, method="POST")).close()
    except HTTPError as exc:
        # The table was made after the snapshot, and is gone with the stack that made it.
        _log.warning("%s was not taken up again: %s", target, exc.read().decode())
