"""Send a payload to the resource that an ARN names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from millrace_localcloud.cloud import Cloud

_PASSING = {"ThrottlingException", "TooManyRequestsException", "InternalFailure", "500", "503"}


class Undeliverable(RuntimeError):
    """The target refused the payload, does not exist, or is of a kind not served here."""

    def __init__(self, message: str, *, code: str = "NO_RESOURCE", passing: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.passing = passing
        """Trying again may help."""


def is_served(arn: str) -> bool:
    """Say whether ``deliver`` knows the kind of resource that ``arn`` names."""
    parts = arn.split(":")
    if len(parts) < 6 or parts[2] not in _SENDERS:
        return False
    return parts[2] != "events" or parts[5].startswith("event-bus/")


def deliver(
    cloud: Cloud,
    arn: str,
    payload: str,
    *,
    attributes: Mapping[str, str] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> None:
    """Send ``payload`` to ``arn``; functions and state machines are started, not waited for.

    Args:
        cloud: Whose target it is.
        arn: Of a function, state machine, topic, queue, log group or event bus.
        payload: JSON document.
        attributes: String attributes of the message, for topics and queues.
        parameters: What the target's own kind takes besides, as ``MessageGroupId``.

    Raises:
        Undeliverable: It was not accepted.
    """
    if not is_served(arn):
        raise Undeliverable(f"{arn}: such targets are not served here")
    send = _SENDERS[arn.split(":")[2]]
    try:
        send(cloud, arn, payload, dict(attributes or {}), dict(parameters or {}))
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        raise Undeliverable(f"{arn}: {exc}", code=code, passing=code in _PASSING) from exc
    except BotoCoreError as exc:
        raise Undeliverable(f"{arn}: {exc}", code=type(exc).__name__) from exc


def _to_function(cloud: Cloud, arn: str, payload: str, _attributes: Any, _parameters: Any) -> None:
    cloud.client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=payload)


def _to_machine(cloud: Cloud, arn: str, payload: str, _attributes: Any, _parameters: Any) -> None:
    cloud.client("stepfunctions").start_execution(stateMachineArn=arn, input=payload)


def _to_topic(
    cloud: Cloud, arn: str, payload: str, attributes: dict[str, str], parameters: dict[str, Any]
) -> None:
    cloud.client("sns").publish(
        TopicArn=arn, Message=payload, MessageAttributes=_typed(attributes), **parameters
    )


def _to_queue(
    cloud: Cloud, arn: str, payload: str, attributes: dict[str, str], parameters: dict[str, Any]
) -> None:
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"]
    sqs.send_message(
        QueueUrl=url, MessageBody=payload, MessageAttributes=_typed(attributes), **parameters
    )


def _to_log_group(cloud: Cloud, arn: str, payload: str, _attributes: Any, _parameters: Any) -> None:
    logs = cloud.client("logs")
    now = cloud.now()
    group = arn.split(":log-group:", 1)[1].removesuffix(":*")
    stream = f"{now:%Y/%m/%d/%H}"
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    event = {"timestamp": int(now.timestamp() * 1000), "message": payload}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def _to_bus(cloud: Cloud, arn: str, payload: str, _attributes: Any, _parameters: Any) -> None:
    event = json.loads(payload)
    entry = {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
        "Resources": event.get("resources", []),
        "EventBusName": arn,
    }
    cloud.client("events").put_events(Entries=[entry])


def _typed(attributes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
    }


_SENDERS: dict[str, Callable[[Cloud, str, str, dict[str, str], dict[str, Any]], None]] = {
    "lambda": _to_function,
    "states": _to_machine,
    "sns": _to_topic,
    "sqs": _to_queue,
    "logs": _to_log_group,
    "events": _to_bus,
}
