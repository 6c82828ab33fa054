"""Put a job's output where AWS puts it: CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from botocore.exceptions import ClientError

from millrace_localcloud.cloud import Cloud

_BATCH_EVENTS = 1000
_EVENT_CHARACTERS = 200_000
"""PutLogEvents takes 10,000 events and 1,048,576 bytes, 256 KiB to an event (CloudWatch Logs API
Reference, PutLogEvents); a batch ends at whichever comes first."""


def put_lines(cloud: Cloud, group: str, stream: str, lines: Iterable[str]) -> None:
    """Append ``lines`` to a log stream, made when it does not exist."""
    logs = cloud.client("logs")
    with suppress(ClientError):
        logs.create_log_group(logGroupName=group)
    with suppress(ClientError):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    written_at = int(cloud.now().timestamp() * 1000)
    events = (
        {"timestamp": written_at, "message": line[:_EVENT_CHARACTERS]} for line in lines if line
    )
    while batch := list(_batch(events)):
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=batch)


def _batch(events: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    size = 0
    for event in islice(events, _BATCH_EVENTS):
        yield event
        size += len(str(event["message"])) * 4
        if size > _EVENT_CHARACTERS:
            return
