from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from conformance.target import remove_bucket

from .deployed import template_text

BUCKET = """
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref AWS::StackName}}
  Queue: {Type: AWS::SQS::Queue, DependsOn: Bucket}
"""


def test_a_bucket_with_objects_stops_the_deletion_with_the_reason(stacks, aws):
    stack = stacks.create(BUCKET)
    name = stack["StackName"]
    aws.client("s3").put_object(Bucket=name, Key="a", Body=b"1")

    assert stacks.delete(stack)["StackStatus"] == "DELETE_FAILED"
    assert "not empty" in stacks.reason(name, "Bucket", "DELETE_FAILED")

    aws.client("s3").delete_object(Bucket=name, Key="a")
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_resources_can_be_retained_once_a_deletion_failed(stacks, aws):
    stack = stacks.create(BUCKET)
    name = stack["StackName"]
    aws.client("s3").put_object(Bucket=name, Key="a", Body=b"1")
    with pytest.raises(ClientError, match="DELETE_FAILED"):
        stacks.delete(stack, RetainResources=["Bucket"])
    stacks.delete(stack)

    assert stacks.delete(stack, RetainResources=["Bucket"])["StackStatus"] == "DELETE_COMPLETE"
    aws.client("s3").head_bucket(Bucket=name)
    aws.afterwards(remove_bucket, s3=aws.client("s3"), name=name)


def test_deletion_policy_retain_keeps_the_resource(stacks, aws):
    stack = stacks.create(BUCKET.replace("Type: AWS::S3", "DeletionPolicy: Retain, Type: AWS::S3"))

    stacks.delete(stack)

    assert ("Bucket", "DELETE_SKIPPED") in stacks.events(stack["StackId"])
    aws.client("s3").head_bucket(Bucket=stack["StackName"])
    aws.afterwards(remove_bucket, s3=aws.client("s3"), name=stack["StackName"])


def test_a_resource_that_somebody_removed_by_hand_is_no_obstacle(stacks, aws):
    stack = stacks.create(BUCKET)
    aws.client("s3").delete_bucket(Bucket=stack["StackName"])

    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_resources_go_before_what_they_depend_on(stacks):
    stack = stacks.create(BUCKET)
    stacks.delete(stack)

    events = stacks.events(stack["StackId"])

    assert events.index(("Queue", "DELETE_COMPLETE")) < events.index(
        ("Bucket", "DELETE_IN_PROGRESS")
    )


def test_a_protected_stack_is_not_deleted(stacks):
    stack = stacks.create(template_text("queue"), EnableTerminationProtection=True)

    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stacks.delete(stack)

    stacks.api.update_termination_protection(
        StackName=stack["StackName"], EnableTerminationProtection=False
    )
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_a_deleted_stack_is_found_by_its_id_alone(stacks):
    stack = stacks.create(template_text("queue"))
    stacks.delete(stack)

    with pytest.raises(ClientError, match="does not exist"):
        stacks.api.describe_stacks(StackName=stack["StackName"])
    listed = stacks.api.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert stack["StackId"] in {one["StackId"] for one in listed}


def test_deleting_what_never_was_is_no_error(stacks):
    stacks.api.delete_stack(StackName="stack-that-never-was")
