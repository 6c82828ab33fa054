"""What moto's SNS subscriptions do with a message: email, and Lambda with the real event."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from requests.exceptions import RequestException

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.events.delivery import Undeliverable, deliver
from millrace_localcloud.mail.notification import compose_notification
from millrace_localcloud.mail.post_office import PostOffice

_log = logging.getLogger(__name__)


def make_publish(
    cloud: Cloud, office: PostOffice, original: Callable[..., None]
) -> Callable[..., None]:
    """``Subscription.publish`` that delivers what ``original`` drops or gets wrong."""

    def publish(
        self: Any,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> None:
        text = message
        if message_structure == "json":
            # Also for those whom the filter leaves out: a malformed message is the publisher's.
            text = self._parse_message_structure(message, self.protocol)
        if self.protocol not in ("email", "email-json", "lambda"):
            return _deliver_elsewhere(
                original,
                self,
                message,
                message_id,
                subject=subject,
                message_attributes=message_attributes,
                group_id=group_id,
                deduplication_id=deduplication_id,
                message_structure=message_structure,
            )
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            return None
        if self.protocol == "lambda":
            return _invoke(cloud, self, text, message_id, subject, message_attributes)
        if self.protocol == "email-json":
            document = self.get_post_data(
                text, message_id, subject, message_attributes=message_attributes
            )
            text = json.dumps(document, indent=2, ensure_ascii=False)
        office.post(
            compose_notification(
                to=self.endpoint,
                subject=subject,
                body=text,
                message_id=f"{message_id}.{self.arn.rsplit(':', 1)[1]}",
                sent_at=cloud.now(),
                display_name=self.topic.display_name,
            )
        )
        return None

    return publish


def _deliver_elsewhere(
    original: Callable[..., None], subscription: Any, *arguments: Any, **keywords: Any
) -> None:
    try:
        original(subscription, *arguments, **keywords)
    except (ServiceException, RequestException) as exc:
        # SNS accepts a message before it delivers it: a lost subscriber fails no publisher.
        _log.warning("%s: %s", subscription.endpoint, exc)


def _invoke(
    cloud: Cloud,
    subscription: Any,
    message: str,
    message_id: str,
    subject: str | None,
    attributes: dict[str, Any] | None,
) -> None:
    """Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications"."""
    now = cloud.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": {
            "Type": "Notification",
            "MessageId": message_id,
            "TopicArn": subscription.topic.arn,
            "Subject": subject,
            "Message": message,
            "Timestamp": now,
            "MessageAttributes": attributes or {},
        },
    }
    try:
        deliver(cloud, subscription.endpoint, json.dumps({"Records": [record]}))
    except Undeliverable as exc:
        _log.warning("%s", exc)
