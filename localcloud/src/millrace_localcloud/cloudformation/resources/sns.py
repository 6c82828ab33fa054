"""AWS::SNS: topics, subscriptions and topic policies."""

from __future__ import annotations

import json
from typing import Any

from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_TOPIC_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "ContentBasedDeduplication")
_SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
)


def _create_topic(request: Request) -> Made:
    attributes = {
        name: _text(request.properties[name])
        for name in (*_TOPIC_ATTRIBUTES, "FifoTopic")
        if name in request.properties
    }
    name = request.name
    if request.properties.get("FifoTopic") and not name.endswith(".fifo"):
        name = f"{name}.fifo"
    sns = request.client("sns")
    tags = [{"Key": key, "Value": value} for key, value in request.tags().items()]
    arn = sns.create_topic(Name=name, Attributes=attributes, Tags=tags)["TopicArn"]
    request.began(arn)
    for one in request.properties.get("Subscription", ()):
        sns.subscribe(TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
    return _made(arn)


def _update_topic(request: Request) -> Made:
    sns, arn = request.client("sns"), request.physical_id
    for name in _TOPIC_ATTRIBUTES:
        if request.changed(name):
            sns.set_topic_attributes(
                TopicArn=arn,
                AttributeName=name,
                AttributeValue=_text(request.properties.get(name, "")),
            )
    if request.changed("Subscription"):
        _resubscribe(request)
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        sns.untag_resource(ResourceArn=arn, TagKeys=old)
        sns.tag_resource(ResourceArn=arn, Tags=request.properties.get("Tags", []))
    return _made(arn)


def _resubscribe(request: Request) -> None:
    sns, arn = request.client("sns"), request.physical_id
    before = {(one["Protocol"], one["Endpoint"]) for one in request.before.get("Subscription", ())}
    after = {
        (one["Protocol"], one["Endpoint"]) for one in request.properties.get("Subscription", ())
    }
    for one in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        if (one["Protocol"], one["Endpoint"]) in before - after:
            sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    for protocol, endpoint in sorted(after - before):
        sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)


def _made(arn: str) -> Made:
    return Made(arn, {"TopicArn": arn, "TopicName": arn.rsplit(":", 1)[-1]})


def _delete_topic(request: Request) -> None:
    request.client("sns").delete_topic(TopicArn=request.physical_id)


def _subscribe(request: Request) -> Made:
    attributes = {
        name: _text(request.properties[name])
        for name in _SUBSCRIPTION_ATTRIBUTES
        if name in request.properties
    }
    arn = request.client("sns").subscribe(
        **request.pick("TopicArn", "Protocol", "Endpoint"),
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Made(arn, {"Arn": arn})


def _update_subscription(request: Request) -> Made:
    for name in _SUBSCRIPTION_ATTRIBUTES:
        if request.changed(name):
            request.client("sns").set_subscription_attributes(
                SubscriptionArn=request.physical_id,
                AttributeName=name,
                AttributeValue=_text(request.properties.get(name, "")),
            )
    return Made(request.physical_id, {"Arn": request.physical_id})


def _unsubscribe(request: Request) -> None:
    request.client("sns").unsubscribe(SubscriptionArn=request.physical_id)


def _put_policy(request: Request) -> Made:
    for topic in request.properties["Topics"]:
        request.client("sns").set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=_text(request.properties["PolicyDocument"]),
        )
    return Made(request.physical_id or request.name)


def _delete_policy(request: Request) -> None:
    for topic in request.properties["Topics"]:
        # SNS has no call to remove a policy; without one only the owner may publish.
        owner = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": topic.split(":")[4]},
                    "Action": "sns:*",
                    "Resource": topic,
                }
            ],
        }
        request.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(owner)
        )


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::SNS::Topic",
        applies=frozenset({"FifoTopic", "Subscription", "Tags", "TopicName", *_TOPIC_ATTRIBUTES}),
        create=_create_topic,
        update=_update_topic,
        delete=_delete_topic,
        attributes=frozenset({"TopicArn", "TopicName"}),
        name_property="TopicName",
    ),
    ResourceType(
        "AWS::SNS::Subscription",
        applies=frozenset({"Endpoint", "Protocol", "TopicArn", *_SUBSCRIPTION_ATTRIBUTES}),
        create=_subscribe,
        update=_update_subscription,
        delete=_unsubscribe,
        attributes=frozenset({"Arn"}),
    ),
    ResourceType(
        "AWS::SNS::TopicPolicy",
        applies=frozenset({"PolicyDocument", "Topics"}),
        create=_put_policy,
        update=_put_policy,
        delete=_delete_policy,
    ),
)
