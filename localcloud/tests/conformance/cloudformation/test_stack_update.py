from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .deployed import outputs, template_text


@pytest.fixture
def queue(stacks):
    return stacks.create(template_text("queue"))


def timeout(aws, url):
    answer = aws.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["VisibilityTimeout"]
    )
    return answer["Attributes"]["VisibilityTimeout"]


def test_a_changed_property_is_changed_in_place(stacks, aws, queue):
    stack = stacks.update(queue["StackName"], parameters={"Seconds": "99"})

    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert outputs(stack)["Url"] == outputs(queue)["Url"]
    assert timeout(aws, outputs(stack)["Url"]) == "99"


def test_only_what_changed_is_touched(stacks, queue):
    name = queue["StackName"]
    stacks.update(name, parameters={"Seconds": "99"})

    touched = {who for who, status in stacks.events(name) if status == "UPDATE_COMPLETE"}

    assert touched == {"Queue", name}


def test_a_create_only_property_replaces_the_resource_and_moves_what_refers_to_it(
    stacks, aws, queue
):
    name = queue["StackName"]
    stack = stacks.update(name, parameters={"Suffix": "two"})

    assert outputs(stack)["Url"].endswith("-two")
    stored = aws.client("ssm").get_parameter(Name=f"/{name}/queue")["Parameter"]["Value"]
    assert stored == outputs(stack)["Arn"]
    with pytest.raises(ClientError, match="does not exist"):
        timeout(aws, outputs(queue)["Url"])
    events = stacks.events(name)
    assert events.index(("Queue", "DELETE_COMPLETE")) > events.index(
        (name, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    )


def test_an_update_that_changes_nothing_is_refused(stacks, queue):
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        stacks.update(queue["StackName"])


def test_a_condition_that_turns_true_adds_and_one_that_turns_false_removes(stacks, aws, queue):
    name = queue["StackName"]
    added = stacks.update(name, parameters={"WithTopic": "yes"})
    topic = outputs(added)["Topic"]
    aws.client("sns").get_topic_attributes(TopicArn=topic)

    removed = stacks.update(name, parameters={"WithTopic": "no"})

    assert "Topic" not in outputs(removed)
    with pytest.raises(ClientError):
        aws.client("sns").get_topic_attributes(TopicArn=topic)


def test_a_failed_update_goes_back_to_what_was(stacks, aws, queue):
    name = queue["StackName"]
    stack = stacks.update(
        name, parameters={"Broken": "yes", "Seconds": "99", "Suffix": "one", "WithTopic": "yes"}
    )

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert outputs(stack) == outputs(queue)
    assert timeout(aws, outputs(queue)["Url"]) == "30"
    arn = f"arn:aws:sns:{aws.region}:{aws.account}:{name}-topic"
    with pytest.raises(ClientError):
        aws.client("sns").get_topic_attributes(TopicArn=arn)
    shown = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    assert shown["Seconds"] == "30"


def test_a_failed_update_brings_a_replaced_resource_back(stacks, aws, queue):
    name = queue["StackName"]
    before = stacks.resources(name)
    stacks.update(name, parameters={"Broken": "yes", "Suffix": "two"})

    assert stacks.resources(name) == before
    stored = aws.client("ssm").get_parameter(Name=f"/{name}/queue")["Parameter"]["Value"]
    assert stored == outputs(queue)["Arn"]
    with pytest.raises(ClientError, match="does not exist"):
        timeout(aws, outputs(queue)["Url"].replace("-one", "-two"))


def test_a_rolled_back_update_can_be_repeated_with_better_input(stacks, aws, queue):
    name = queue["StackName"]
    stacks.update(name, parameters={"Broken": "yes", "Seconds": "99"})

    stack = stacks.update(name, parameters={"Seconds": "98"})

    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert timeout(aws, outputs(stack)["Url"]) == "98"


def test_a_custom_named_resource_cannot_be_replaced_under_the_same_name(stacks):
    template = """
Parameters: {{Fifo: {{Type: String, Default: "{fifo}"}}}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {{QueueName: !Sub "${{AWS::StackName}}.fifo", {more} DelaySeconds: 1}}
"""
    name = stacks.create(template.format(fifo="a", more="FifoQueue: true,"))["StackName"]

    stack = stacks.update(name, template.format(fifo="a", more=""))

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reason = stacks.reason(name, "Queue", "UPDATE_FAILED")
    assert "cannot update a stack when a custom-named resource requires replacing" in reason


def test_update_replace_policy_retain_keeps_the_old_resource(stacks, aws):
    template = template_text("queue").replace(
        "  Queue:\n", "  Queue:\n    UpdateReplacePolicy: Retain\n"
    )
    first = stacks.create(template)
    stacks.update(first["StackName"], parameters={"Suffix": "two"})

    assert timeout(aws, outputs(first)["Url"]) == "30"
    aws.afterwards(aws.client("sqs").delete_queue, QueueUrl=outputs(first)["Url"])


def test_an_index_is_added_to_a_table_that_lives(stacks, aws):
    table = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
"""
    indexed = table.replace(
        "AttributeType: S}]", "AttributeType: S}, {AttributeName: day, AttributeType: S}]"
    ) + (
        "      GlobalSecondaryIndexes: [{IndexName: by-day, KeySchema: [{AttributeName: day, "
        "KeyType: HASH}], Projection: {ProjectionType: ALL}}]\n"
    )
    name = stacks.create(table)["StackName"]
    dynamodb, found = aws.client("dynamodb"), stacks.resources(name)["Table"]
    dynamodb.put_item(TableName=found, Item={"pk": {"S": "kept"}})

    assert stacks.update(name, indexed)["StackStatus"] == "UPDATE_COMPLETE"

    shown = dynamodb.describe_table(TableName=found)["Table"]
    assert [one["IndexName"] for one in shown["GlobalSecondaryIndexes"]] == ["by-day"]
    assert dynamodb.get_item(TableName=found, Key={"pk": {"S": "kept"}})["Item"]
