from __future__ import annotations

import pytest

from .deployed import outputs, template_text

PARENT = """
Parameters: {{Suffix: {{Type: String, Default: one}}, Broken: {{Type: String, Default: "no"}}}}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://s3.amazonaws.com/{bucket}/queue.yaml
      Parameters: {{Suffix: !Ref Suffix, Seconds: 5, Broken: !Ref Broken}}
Outputs:
  Arn: {{Value: !GetAtt Child.Outputs.Arn}}
"""


@pytest.fixture
def parent(stacks, aws):
    bucket = aws.bucket(stacks.name())
    endpoint = aws.client("s3").meta.endpoint_url
    body = template_text("queue").encode()
    aws.client("s3").put_object(Bucket=bucket, Key="queue.yaml", Body=body)
    return PARENT.replace("https://s3.amazonaws.com/{bucket}", f"{endpoint}/{bucket}").format()


def test_a_nested_stack_is_made_changed_and_removed_with_its_parent(stacks, parent):
    stack = stacks.create(parent)
    child = stacks.resources(stack["StackName"])["Child"]
    assert outputs(stack)["Arn"] == outputs(stacks.settled(child))["Arn"]

    updated = stacks.update(stack["StackName"], parameters={"Suffix": "two"})
    assert outputs(updated)["Arn"].endswith("-two")

    stacks.delete(stack)
    assert stacks.settled(child)["StackStatus"] == "DELETE_COMPLETE"


def test_a_nested_stack_that_fails_fails_its_parent_and_is_gone(stacks, parent):
    stack = stacks.create(parent, parameters={"Broken": "yes"})

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = stacks.reason(stack["StackName"], "Child", "CREATE_FAILED")
    assert "was not successfully created" in reason
    child = stacks.resources(stack["StackName"])["Child"]
    assert stacks.settled(child)["StackStatus"] == "DELETE_COMPLETE"
