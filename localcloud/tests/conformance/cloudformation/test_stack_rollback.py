from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .deployed import template_text


def exists(client, call, **arguments):
    try:
        getattr(client, call)(**arguments)
    except ClientError:
        return False
    return True


def test_a_creation_that_fails_half_way_takes_back_what_it_made(stacks, aws):
    stack = stacks.create(template_text("half"))
    name = stack["StackName"]

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("Topic", "CREATE_COMPLETE") in stacks.events(name)
    assert ("Late", "CREATE_IN_PROGRESS") not in stacks.events(name)
    assert not exists(aws.client("s3"), "head_bucket", Bucket=f"{name}-bucket")
    arn = f"arn:aws:sns:{aws.region}:{aws.account}:{name}-topic"
    assert not exists(aws.client("sns"), "get_topic_attributes", TopicArn=arn)


def test_the_event_of_the_failed_resource_says_why(stacks):
    name = stacks.create(template_text("half"))["StackName"]

    assert "Topic does not exist" in stacks.reason(name, "Orphan", "CREATE_FAILED")
    assert "[Orphan]" in stacks.reason(name, name, "ROLLBACK_IN_PROGRESS")


def test_a_rollback_keeps_what_is_to_be_retained(stacks, aws):
    name = stacks.create(template_text("half"))["StackName"]

    assert ("Kept", "DELETE_SKIPPED") in stacks.events(name)
    assert exists(aws.client("ssm"), "get_parameter", Name=f"/{name}/kept")
    aws.afterwards(aws.client("ssm").delete_parameter, Name=f"/{name}/kept")


def test_without_rollback_what_was_made_stays(stacks, aws):
    stack = stacks.create(template_text("half"), DisableRollback=True)

    assert stack["StackStatus"] == "CREATE_FAILED"
    assert exists(aws.client("s3"), "head_bucket", Bucket=f"{stack['StackName']}-bucket")
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    assert not exists(aws.client("s3"), "head_bucket", Bucket=f"{stack['StackName']}-bucket")


def test_on_failure_delete_removes_the_stack_too(stacks):
    name = stacks.name()
    created = stacks.api.create_stack(
        StackName=name, TemplateBody=template_text("half"), OnFailure="DELETE"
    )

    assert stacks.settled(created["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="does not exist"):
        stacks.api.describe_stacks(StackName=name)


def test_a_rolled_back_stack_can_only_be_deleted(stacks):
    stack = stacks.create(template_text("half"))

    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update(stack["StackName"], template_text("queue"))
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_a_resource_whose_later_steps_fail_is_removed_again(stacks, aws):
    name = stacks.name()
    template = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref AWS::StackName
      LifecycleConfiguration:
        Rules: [{Status: Enabled, ExpirationDate: "2030-01-01T00:00:00Z"}]
"""
    stack = stacks.create(template, name)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "ExpirationDate" in stacks.reason(name, "Bucket", "CREATE_FAILED")
    assert not exists(aws.client("s3"), "head_bucket", Bucket=name)


@pytest.mark.parametrize("mended_by", ["making it again", "skipping it"])
def test_a_rollback_that_failed_is_continued(stacks, aws, mended_by):
    name, logs = stacks.name(), aws.client("logs")
    template = f"""
      Parameters: {{Days: {{Type: Number, Default: 30}}}}
      Resources:
        Group:
          Type: AWS::Logs::LogGroup
          Properties: {{LogGroupName: {name}, RetentionInDays: !Ref Days}}
      """
    stacks.create(template, name)
    logs.delete_log_group(logGroupName=name)

    failed = stacks.update(name, parameters={"Days": "60"})["StackStatus"]
    if mended_by == "skipping it":
        stacks.api.continue_update_rollback(StackName=name, ResourcesToSkip=["Group"])
    else:
        logs.create_log_group(logGroupName=name)
        stacks.api.continue_update_rollback(StackName=name)

    assert failed == "UPDATE_ROLLBACK_FAILED"
    assert stacks.settled(name)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    if mended_by == "making it again":
        [group] = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert group["retentionInDays"] == 30
