"""What is wrong with a template is said before anything is made."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

QUEUE = "  Queue: {Type: AWS::SQS::Queue}\n"

WRONG = {
    "Template format error: Unrecognized resource types: \\[AWS::Nothing::AtAll\\]": """
Resources:
  A: {Type: "AWS::Nothing::AtAll"}
""",
    "Unrecognized resource types: \\[AWS::EC2::Instance\\] .*the local cloud does not": """
Resources:
  A: {Type: "AWS::EC2::Instance"}
""",
    "Unresolved resource dependencies \\[Nobody\\] in the Resources block": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nobody}}
""",
    "Unresolved resource dependencies \\[Missing\\] in the Resources block": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "x-${Missing.Arn}"}}
""",
    "Unresolved resource dependencies \\[Gone\\] in the Outputs block": """
Resources:
  A: {Type: AWS::SQS::Queue}
Outputs:
  B: {Value: !GetAtt Gone.Arn}
""",
    "Circular dependency between resources: \\[A, B\\]": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt B.QueueName}}
  B: {Type: AWS::SQS::Queue, DependsOn: A}
""",
    "resource A does not support attribute type Colour in Fn::GetAtt": """
Resources:
  A: {Type: AWS::SQS::Queue}
Outputs:
  B: {Value: !GetAtt A.Colour}
""",
    "failed for resource A with message:\n#: extraneous key \\[QueueNam\\] is not permitted": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueNam: x}}
""",
    "failed for resource A with message:\n#: required key \\[Type\\] not found": """
Resources:
  A: {Type: AWS::SSM::Parameter, Properties: {Value: x}}
""",
    "#/VersioningConfiguration/Status: On is not a valid enum value": """
Resources:
  A: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: "On"}}}
""",
    "#/DelaySeconds: expected type: Integer, found: String": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: soon}}
""",
    "#/Arn.*|extraneous key \\[Arn\\] is not permitted \\(read-only\\)": """
Resources:
  A: {Type: AWS::S3::Bucket, Properties: {Arn: "arn:aws:s3:::x"}}
""",
    "A: the local cloud does not apply \\[ReplicationConfiguration\\] of AWS::S3::Bucket": """
Resources:
  A:
    Type: AWS::S3::Bucket
    Properties:
      ReplicationConfiguration:
        Role: arn:aws:iam::123456789012:role/replication
        Rules: [{Status: Enabled, Destination: {Bucket: "arn:aws:s3:::other"}}]
""",
    "At least one Resources member must be defined": "Resources: {}\n",
    "Every Resources object must contain a Type member": "Resources: {A: {Properties: {}}}\n",
    "Invalid template property or properties \\[Resource\\]": "Resource: {}\n",
    "YAML not well-formed\\. \\(line 3, column 1": "Resources:\n  A: [\n",
    "JSON not well-formed": '{"Resources": ',
    "transform AWS::Serverless-2016-10-31 is not run": """
Transform: AWS::Serverless-2016-10-31
Resources:
  A: {Type: AWS::SQS::Queue}
""",
    "Fn::Cidr is not run by the local cloud": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Cidr ["10.0.0.0/8", 1, 8]}}
""",
    "Fn::Select cannot select nonexistent value at index 3": """
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Select [3, [a, b]]}}
""",
    "Unable to get mapping for Names::prod::queue": """
Mappings: {Names: {local: {queue: a}}}
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [Names, prod, queue]}}
""",
    "Unresolved condition dependency Never": """
Resources:
  A: {Type: AWS::SQS::Queue, Condition: Never}
""",
    "Unresolved resource dependencies \\[B\\]": """
Conditions: {Never: !Equals [a, b]}
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt B.QueueName}}
  B: {Type: AWS::SQS::Queue, Condition: Never}
""",
    "must have different names: \\[A\\]": """
Parameters: {A: {Type: String, Default: x}}
Resources:
  A: {Type: AWS::SQS::Queue}
""",
    "'Keep' is not one of Delete, Retain, RetainExceptOnCreate": """
Resources:
  A: {Type: AWS::SQS::Queue, DeletionPolicy: Keep}
""",
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_wrong_template_is_refused_before_a_stack_is_made(stacks, reason):
    name = stacks.name()

    with pytest.raises(ClientError, match=reason) as refused:
        stacks.create(WRONG[reason], name)

    assert refused.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError, match="does not exist"):
        stacks.api.describe_stacks(StackName=name)


def test_numbers_and_booleans_given_as_text_are_taken_as_the_schema_means_them(stacks, cloud):
    stack = stacks.create("""
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: "7", FifoQueue: "true", MessageRetentionPeriod: 86400}
""")
    assert stack["StackStatus"] == "CREATE_COMPLETE"

    url = stacks.resources(stack["StackName"])["Queue"]
    answer = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])

    assert url.endswith(".fifo")
    assert answer["Attributes"]["DelaySeconds"] == "7"


def test_validate_template_tells_parameters_and_capabilities(stacks):
    answer = stacks.api.validate_template(
        TemplateBody="""
Description: a role
Parameters: {Name: {Type: String, Default: x, Description: whose}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: !Ref Name, AssumeRolePolicyDocument: {Version: 2012-10-17}}
"""
    )

    assert answer["Description"] == "a role"
    assert answer["Parameters"] == [
        {"ParameterKey": "Name", "DefaultValue": "x", "NoEcho": False, "Description": "whose"}
    ]
    assert answer["Capabilities"] == ["CAPABILITY_NAMED_IAM"]


def test_the_summary_of_a_template_lists_types_and_constraints(stacks):
    answer = stacks.api.get_template_summary(
        TemplateBody="Parameters: {Size: {Type: Number, AllowedValues: [1, 2]}}\nResources:\n"
        + QUEUE
    )

    assert answer["ResourceTypes"] == ["AWS::SQS::Queue"]
    assert answer["Parameters"][0]["ParameterType"] == "Number"
    assert answer["Parameters"][0]["ParameterConstraints"] == {"AllowedValues": ["1", "2"]}


def test_what_a_request_asks_for_and_nobody_would_do_is_refused(stacks):
    with pytest.raises(ClientError, match=r"does not apply \[NotificationARNs\]"):
        stacks.create(
            f"Resources:\n{QUEUE}", NotificationARNs=["arn:aws:sns:us-east-1:123456789012:x"]
        )


def test_stack_sets_are_refused_by_name(stacks):
    with pytest.raises(ClientError, match="does not answer ListStackSets"):
        stacks.api.list_stack_sets()
