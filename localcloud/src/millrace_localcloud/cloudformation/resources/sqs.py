"""AWS::SQS: queues and their policies."""

from __future__ import annotations

import json
from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_ATTRIBUTES = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": "0",
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "VisibilityTimeout": "30",
}
"""Attributes and the defaults they go back to; "CreateQueue" in the SQS API reference."""


def _create_queue(request: Request) -> Made:
    attributes = {
        name: _text(request.properties[name]) for name in _ATTRIBUTES if name in request.properties
    }
    name = request.name
    if request.properties.get("FifoQueue"):
        attributes["FifoQueue"] = "true"
        name = name if name.endswith(".fifo") else f"{name}.fifo"
    url = request.client("sqs").create_queue(
        QueueName=name, Attributes=attributes, tags=request.tags()
    )["QueueUrl"]
    return _made(url)


def _update_queue(request: Request) -> Made:
    sqs = request.client("sqs")
    attributes = {
        name: _text(request.properties.get(name, default))
        for name, default in _ATTRIBUTES.items()
        if request.changed(name)
    }
    if attributes:
        sqs.set_queue_attributes(QueueUrl=request.physical_id, Attributes=attributes)
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        if old:
            sqs.untag_queue(QueueUrl=request.physical_id, TagKeys=old)
        sqs.tag_queue(QueueUrl=request.physical_id, Tags=request.tags())
    return _made(request.physical_id)


def _made(url: str) -> Made:
    name = url.rsplit("/", 1)[-1]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})


def _delete_queue(request: Request) -> None:
    request.client("sqs").delete_queue(QueueUrl=request.physical_id)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create_policy(request: Request) -> Made:
    _set_policy(request, request.properties["Queues"], _text(request.properties["PolicyDocument"]))
    return Made(request.name)


def _update_policy(request: Request) -> Made:
    dropped = set(request.before.get("Queues", ())) - set(request.properties["Queues"])
    _set_policy(request, sorted(dropped), "")
    _create_policy(request)
    return Made(request.physical_id)


def _delete_policy(request: Request) -> None:
    _set_policy(request, request.properties["Queues"], "")


def _set_policy(request: Request, queues: list[str], policy: str) -> None:
    for url in queues:
        request.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


RESOURCE_TYPES = (
    ResourceType(
        "AWS::SQS::Queue",
        applies=frozenset({"FifoQueue", "QueueName", "Tags", *_ATTRIBUTES}),
        create=_create_queue,
        update=_update_queue,
        delete=_delete_queue,
        attributes=frozenset({"Arn", "QueueName", "QueueUrl"}),
        name_property="QueueName",
        max_name=75,
    ),
    ResourceType(
        "AWS::SQS::QueuePolicy",
        applies=frozenset({"PolicyDocument", "Queues"}),
        create=_create_policy,
        update=_update_policy,
        delete=_delete_policy,
    ),
)
