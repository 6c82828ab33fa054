"""What S3 tells others about an object.

Amazon S3 User Guide, "Event message structure" and "EventBridge event message structure".
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

_log = logging.getLogger(__name__)

TAGGED = "s3:ObjectTagging:Put"
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
"""API behind an event; other kinds of event carry no reason."""


def notification(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
    """The message to a queue, topic or function; in its key the slashes stay."""
    stored = {
        "key": quote_plus(key.name, safe="/"),
        "size": key.size,
        "eTag": key.etag.strip('"'),
        "sequencer": _sequencer(),
    }
    if bucket.is_versioned:
        stored["versionId"] = key.version_id
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": bucket.region_name,
                "eventTime": _now(),
                "eventName": event_name.removeprefix("s3:"),
                "userIdentity": {"principalId": bucket.account_id},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {"x-amz-request-id": uuid.uuid4().hex[:16].upper()},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": notification_id,
                    "bucket": {
                        "name": bucket.name,
                        "ownerIdentity": {"principalId": bucket.account_id},
                        "arn": bucket.arn,
                    },
                    "object": stored,
                },
            }
        ]
    }


def make_send_event(original: Callable[..., None]) -> Callable[..., None]:
    """Moto's sending without ``ObjectTagging:Put``, which it raises for every write.

    AWS raises it for PutObjectTagging alone; ``LakeResponse`` does so.
    """

    def send(account_id: str, event_name: str, bucket: Any, key: Any) -> None:
        if event_name != TAGGED:
            original(account_id, event_name, bucket, key)

    return send


def make_send_to_event_bridge(detail_type: Callable[[str], str]) -> Callable[..., None]:
    """What replaces moto's sending to EventBridge."""

    def send(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
        from moto.events.models import events_backends

        event = _bus_event(account_id, bucket, event_name, key, detail_type(event_name))
        bus = events_backends[account_id][bucket.region_name].event_buses["default"]
        for rule in list(bus.rules.values()):
            try:
                rule.send_to_targets(event, transform_input=False)
            except Exception:
                # The object is written: a rule that cannot be served must not undo that.
                _log.exception("event %s of %s to rule %s", event_name, bucket.name, rule.name)

    return send


def _bus_event(
    account_id: str, bucket: Any, event_name: str, key: Any, detail_type: str
) -> dict[str, Any]:
    stored = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
    if bucket.is_versioned:
        stored["version-id"] = key.version_id
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {**stored, "sequencer": _sequencer()},
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": account_id,
        "source-ip-address": "127.0.0.1",
    }
    reason = _REASONS.get(event_name.removeprefix("s3:"))
    if reason:
        detail["reason"] = reason
    if detail_type == "Object Deleted":
        detail["deletion-type"] = "Permanently Deleted"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": account_id,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": detail,
    }


def _sequencer() -> str:
    """Grows with time: of two events of a key the later one has the greater."""
    return f"{time.time_ns():018X}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
