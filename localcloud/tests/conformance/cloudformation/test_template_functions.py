from __future__ import annotations

import base64
import json

import pytest
from botocore.exceptions import ClientError

from .deployed import outputs

FUNCTIONS = """
Parameters:
  Zones: {Type: CommaDelimitedList, Default: "landing, refined"}
  Mode: {Type: String, Default: small}
  Size: {Type: Number, Default: 3}
Mappings:
  Sizes: {small: {seconds: 11}, large: {seconds: 22}}
Conditions:
  IsLarge: !Equals [!Ref Mode, large]
  IsSmall: !Not [!Condition IsLarge]
  Either: !Or [!Condition IsLarge, !Condition IsSmall]
  Both: !And [!Condition IsLarge, !Condition IsSmall]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !FindInMap [Sizes, !Ref Mode, seconds]
      DelaySeconds: !If [IsLarge, 5, !Ref AWS::NoValue]
  Extra: {Type: AWS::SQS::Queue, Condition: IsLarge}
Outputs:
  Join: {Value: !Join ["-", [a, !Ref Size, !Select [1, !Ref Zones]]]}
  Split: {Value: !Select [5, !Split [":", !GetAtt Queue.Arn]]}
  Sub: {Value: !Sub ["${Mode}:${Local}:${!Literal}:${Queue.QueueName}", {Local: !Ref Size}]}
  Base64: {Value: {"Fn::Base64": !Sub "mode=${Mode}"}}
  If: {Value: !If [Either, !If [Both, wrong, "yes"], "no"]}
  Pseudo: {Value: !Sub "${AWS::Partition}/${AWS::Region}/${AWS::AccountId}/${AWS::URLSuffix}"}
  Stack: {Value: !Ref AWS::StackId}
"""


@pytest.fixture
def small(stacks):
    return stacks.create(FUNCTIONS)


def test_functions_give_what_their_reference_says(stacks, aws, small):
    found = outputs(small)
    queue = stacks.resources(small["StackName"])["Queue"].rsplit("/", 1)[-1]

    assert found == {
        "Join": "a-3-refined",
        "Split": queue,
        "Sub": f"small:3:${{Literal}}:{queue}",
        "Base64": base64.b64encode(b"mode=small").decode(),
        "If": "yes",
        "Pseudo": f"aws/{aws.region}/{aws.account}/amazonaws.com",
        "Stack": small["StackId"],
    }


def test_conditions_and_mappings_follow_the_parameters(stacks, aws, small):
    sqs = aws.client("sqs")

    def attributes(stack):
        url = stacks.resources(stack["StackName"])["Queue"]
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    large = stacks.create(FUNCTIONS, parameters={"Mode": "large"})

    assert (attributes(small)["VisibilityTimeout"], attributes(small)["DelaySeconds"]) == (
        "11",
        "0",
    )
    assert (attributes(large)["VisibilityTimeout"], attributes(large)["DelaySeconds"]) == (
        "22",
        "5",
    )
    assert "Extra" not in stacks.resources(small["StackName"])
    assert "Extra" in stacks.resources(large["StackName"])


def test_a_template_in_json_gives_the_same_stack(stacks):
    template = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}}},
    }

    stack = stacks.create(json.dumps(template, indent="\t"))

    assert outputs(stack)["Arn"].startswith("arn:aws:sqs:")


PARAMETERS = """
Parameters:
  Name: {Type: String, AllowedPattern: "[a-z]+", MinLength: 2, MaxLength: 4}
  Count: {Type: Number, Default: 1, MinValue: 1, MaxValue: 5}
  Mode: {Type: String, Default: a, AllowedValues: [a, b], ConstraintDescription: only a or b}
Resources:
  Queue: {Type: AWS::SQS::Queue}
"""


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, r"Parameters: \[Name\] must have values"),
        ({"Name": "ab", "Nmae": "x"}, r"Parameters: \[Nmae\] do not exist in the template"),
        ({"Name": "AB"}, r"Parameter 'Name' must match pattern \[a-z\]\+"),
        ({"Name": "a"}, "Parameter 'Name' must contain at least 2 characters"),
        ({"Name": "abcde"}, "Parameter 'Name' must contain at most 4 characters"),
        ({"Name": "ab", "Count": "many"}, "Parameter 'Count' must be a number"),
        ({"Name": "ab", "Count": "6"}, "'Count' must be a number not greater than 5"),
        ({"Name": "ab", "Mode": "c"}, "'Mode' failed to satisfy constraint: only a or b"),
    ],
)
def test_parameters_are_held_to_their_declarations(stacks, given, reason):
    with pytest.raises(ClientError, match=reason):
        stacks.create(PARAMETERS, parameters=given)


def test_ssm_parameters_are_resolved_again_at_each_update(stacks, aws):
    ssm, path = aws.client("ssm"), f"/{stacks.name()}/size"
    aws.parameter(path, "first")
    template = f"""
Parameters: {{Size: {{Type: "AWS::SSM::Parameter::Value<String>", Default: {path}}}}}
Resources:
  Copy: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !Ref Size}}}}
Outputs:
  Size: {{Value: !Ref Size}}
"""
    stack = stacks.create(template)
    assert outputs(stack)["Size"] == "first"
    assert stack["Parameters"][0]["ResolvedValue"] == "first"

    ssm.put_parameter(Name=path, Type="String", Value="second", Overwrite=True)
    updated = stacks.update(stack["StackName"])

    assert outputs(updated)["Size"] == "second"


def test_dynamic_references_reach_the_resource_and_are_not_kept(stacks, aws):
    name = stacks.name()
    aws.parameter(f"/{name}/level", "deep")
    secret = json.dumps({"password": "open sesame"})
    aws.secret(f"{name}-door", secret)

    stacks.create(
        f"""
Resources:
  Copy:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /{name}/copy
      Type: String
      Value: >-
        {{{{resolve:ssm:/{name}/level}}}}
        {{{{resolve:secretsmanager:{name}-door:SecretString:password}}}}
""",
        name,
    )

    found = aws.client("ssm").get_parameter(Name=f"/{name}/copy")["Parameter"]["Value"]
    assert found == "deep open sesame"
    assert "open sesame" not in json.dumps(
        stacks.api.describe_stack_events(StackName=name), default=str
    )


def test_a_secret_key_that_is_not_there_fails_the_resource(stacks, aws):
    name = stacks.name()
    aws.secret(name, "{}")

    stacks.create(
        f"""
Resources:
  Copy:
    Type: AWS::SSM::Parameter
    Properties: {{Type: String, Value: "{{{{resolve:secretsmanager:{name}:SecretString:pin}}}}"}}
""",
        name,
    )

    assert "Could not find key pin" in stacks.reason(name, "Copy", "CREATE_FAILED")


def test_parameters_marked_no_echo_are_not_shown(stacks):
    stack = stacks.create(
        "Parameters: {Pin: {Type: String, NoEcho: true}}\n"
        "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n",
        parameters={"Pin": "1234"},
    )

    assert stack["Parameters"] == [{"ParameterKey": "Pin", "ParameterValue": "****"}]
