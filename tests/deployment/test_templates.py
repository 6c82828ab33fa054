"""What every template must give: encryption, TLS, no public access, retention, tags."""

from __future__ import annotations

import pytest
from templates import FILES, ROOT, load, of_type, resources, stack_of

MOST_LINES = 250
COSTS = {
    "AWS::Athena::WorkGroup",
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::Glue::Crawler",
    "AWS::Glue::Job",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
}
VERSIONED = {"LandingBucket", "ArtifactsBucket"}
"""What cannot be made again: a source may have dropped its file, and a deployed spec, a manifest or
a model is the only one. The other zones follow from landing by a run, and their writers replace
files in place: each old version would be paid for without a use."""
BUCKETS = of_type("AWS::S3::Bucket")
QUEUES = of_type("AWS::SQS::Queue")


def tags_of(properties):
    given = properties.get("Tags", [])
    return given if isinstance(given, dict) else {tag["Key"]: tag["Value"] for tag in given}


def test_each_service_has_one_template_and_so_have_shared_and_orchestration():
    services = {folder.parent.name for folder in ROOT.glob("services/*/pyproject.toml")}
    assert {stack_of(file) for file in FILES} == services | {"shared", "orchestration"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_is_short(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_holds_no_secret_and_no_account(file):
    for name, parameter in load(file)["Parameters"].items():
        assert "NoEcho" not in parameter, "a secret's value: give the secret's name instead"
        assert "password" not in name.lower() and "token" not in name.lower(), parameter
    assert "123456789012" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("bucket", BUCKETS, ids=str)
def test_a_bucket_is_encrypted_with_our_key(bucket):
    (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": "Key.Arn"},
    }
    assert rule["BucketKeyEnabled"] is True


@pytest.mark.parametrize("bucket", BUCKETS, ids=str)
def test_a_bucket_is_never_public(bucket):
    blocked = bucket.properties["PublicAccessBlockConfiguration"]
    assert blocked == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )


@pytest.mark.parametrize("bucket", BUCKETS, ids=str)
def test_a_bucket_refuses_what_is_not_tls(bucket):
    policies = [
        policy
        for policy in of_type("AWS::S3::BucketPolicy")
        if policy.properties["Bucket"] == {"Ref": bucket.name}
    ]
    assert len(policies) == 1
    refusals = [
        statement
        for statement in policies[0].properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] == "s3:*"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    ]
    assert len(refusals) == 1
    assert refusals[0]["Resource"] == [
        {"Fn::GetAtt": f"{bucket.name}.Arn"},
        {"Fn::Sub": f"${{{bucket.name}.Arn}}/*"},
    ]


@pytest.mark.parametrize("bucket", BUCKETS, ids=str)
def test_what_cannot_be_made_again_is_versioned_and_nothing_piles_up(bucket):
    versioned = bucket.properties.get("VersioningConfiguration") == {"Status": "Enabled"}
    assert versioned == (bucket.name in VERSIONED)
    rules = bucket.properties["LifecycleConfiguration"]["Rules"]
    assert all(rule["Status"] == "Enabled" for rule in rules)
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
    assert any("NoncurrentVersionExpiration" in rule for rule in rules) == versioned


@pytest.mark.parametrize("bucket", BUCKETS, ids=str)
def test_data_outlives_its_stack(bucket):
    assert bucket.whole["DeletionPolicy"] == "RetainExceptOnCreate"
    assert bucket.whole["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"), ids=str)
def test_a_table_is_encrypted_recoverable_and_outlives_its_stack(table):
    assert table.properties["SSESpecification"]["SSEEnabled"] is True
    assert table.properties["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True
    }
    assert table.whole["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_key_rotates():
    assert [key.properties["EnableKeyRotation"] for key in of_type("AWS::KMS::Key")] == [True]


@pytest.mark.parametrize(
    "queue", [*of_type("AWS::SQS::Queue"), *of_type("AWS::SNS::Topic")], ids=str
)
def test_messages_are_encrypted(queue):
    key = queue.properties.get("KmsMasterKeyId") or queue.properties.get("SqsManagedSseEnabled")
    assert key


def test_query_results_are_encrypted_and_a_query_s_cost_is_bounded():
    (group,) = of_type("AWS::Athena::WorkGroup")
    configured = group.properties["WorkGroupConfiguration"]
    encryption = configured["ResultConfiguration"]["EncryptionConfiguration"]
    assert encryption["EncryptionOption"] == "SSE_KMS"
    assert configured["EnforceWorkGroupConfiguration"] is True
    assert configured["BytesScannedCutoffPerQuery"]


@pytest.mark.parametrize("function", of_type("AWS::Lambda::Function"), ids=str)
def test_a_function_s_log_is_its_own_and_is_dropped_in_time(function):
    groups = [
        group
        for group in of_type("AWS::Logs::LogGroup")
        if group.stack == function.stack
        and group.properties["LogGroupName"]["Fn::Sub"]
        == f"/aws/lambda/{function.properties['FunctionName']['Fn::Sub']}"
    ]
    assert len(groups) == 1
    assert groups[0].properties["RetentionInDays"] == 30
    assert function.properties["Timeout"] <= 900


def test_what_notify_cannot_announce_is_kept():
    (calls,) = of_type("AWS::Lambda::EventInvokeConfig")
    kept = calls.properties["DestinationConfig"]["OnFailure"]["Destination"]

    assert kept == {"Fn::GetAtt": "DeadLetters.Arn"}
    assert ("notify", "DeadLetters") in {(queue.stack, queue.name) for queue in QUEUES}


@pytest.mark.parametrize("queue", QUEUES, ids=str)
def test_a_queue_has_dead_letters_or_raises_an_alarm(queue):
    """What nobody takes from a queue is moved to another, and what ends there is told."""
    target = queue.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn")
    watched = {
        dimension["Value"]["Fn::GetAtt"].split(".")[0]
        for alarm in of_type("AWS::CloudWatch::Alarm")
        if alarm.stack == queue.stack and alarm.properties.get("AlarmActions")
        for dimension in alarm.properties["Dimensions"]
        if isinstance(dimension["Value"], dict) and "Fn::GetAtt" in dimension["Value"]
    }
    name = target["Fn::GetAtt"].split(".")[0] if target else queue.name
    assert name in {other.name for other in QUEUES if other.stack == queue.stack} & watched


@pytest.mark.parametrize(
    "resource", [resource for resource in resources() if resource.type in COSTS], ids=str
)
def test_what_costs_is_tagged_with_whose_it_is(resource):
    assert tags_of(resource.properties)["millrace:service"] == resource.stack
