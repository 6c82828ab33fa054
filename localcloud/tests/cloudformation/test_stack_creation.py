from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from conformance.cloudformation.deployed import Stacks, outputs, template_text


@pytest.fixture(scope="module")
def service(service_cloud):
    """A stack with everything that a service's template holds."""
    stacks = Stacks(service_cloud.client("cloudformation"))
    return stacks, stacks.create(
        template_text("service"),
        "orders",
        parameters={"N": "7"},
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": "team", "Value": "planning"}],
    )


def test_a_service_template_becomes_resources_that_the_services_own_calls_find(
    service, service_cloud
):
    stacks, stack = service
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.events("orders")
    found = stacks.resources("orders")
    bucket = found["Bucket"]
    s3 = service_cloud.client("s3")

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rule = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]
    assert (rule["Expiration"]["Days"], rule["AbortIncompleteMultipartUpload"]) == (
        30,
        {"DaysAfterInitiation": 7},
    )
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    role = service_cloud.client("iam").get_role(RoleName=found["Role"])["Role"]
    function = service_cloud.client("lambda").get_function(FunctionName=found["Fn"])
    assert function["Configuration"]["Role"] == role["Arn"]
    assert function["Configuration"]["Environment"]["Variables"] == {"BUCKET": bucket}
    assert function["Configuration"]["Timeout"] == 30
    crawler = service_cloud.client("glue").get_crawler(Name=found["Crawler"])["Crawler"]
    assert (crawler["DatabaseName"], crawler["Targets"]["S3Targets"][0]["Path"]) == (
        "db7",
        f"s3://{bucket}/",
    )
    schedule = service_cloud.client("scheduler").get_schedule(Name=found["Schedule"])
    assert schedule["Target"]["Arn"] == found["Machine"]
    value = service_cloud.client("ssm").get_parameter(Name="/x/orders/bucket")
    assert value["Parameter"]["Value"] == bucket


def test_a_table_gets_its_indexes_expiry_backups_stream_and_key(service, service_cloud):
    stacks, stack = service
    found = stacks.resources("orders")
    dynamodb = service_cloud.client("dynamodb")
    table = dynamodb.describe_table(TableName=found["Table"])["Table"]

    assert [one["IndexName"] for one in table["GlobalSecondaryIndexes"]] == ["by-sk"]
    assert table["SSEDescription"]["KMSMasterKeyArn"].endswith(found["Key"])
    assert table["LatestStreamArn"] == outputs(stack)["Stream"]
    ttl = dynamodb.describe_time_to_live(TableName=found["Table"])["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("ttl", "ENABLED")
    backups = dynamodb.describe_continuous_backups(TableName=found["Table"])
    assert (
        backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"][
            "PointInTimeRecoveryStatus"
        ]
        == "ENABLED"
    )


def test_substitutions_reach_the_state_machine_definition(service, service_cloud):
    stacks, _ = service
    found = stacks.resources("orders")

    machine = service_cloud.client("stepfunctions").describe_state_machine(
        stateMachineArn=found["Machine"]
    )

    assert json.loads(machine["definition"])["States"]["A"]["Result"] == found["Topic"]
    assert machine["loggingConfiguration"]["level"] == "ERROR"


def test_stack_tags_reach_the_resources(service, service_cloud):
    stacks, _ = service
    bucket = stacks.resources("orders")["Bucket"]

    tags = service_cloud.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]

    assert {"Key": "team", "Value": "planning"} in tags


def test_resources_are_made_after_what_they_refer_to(service):
    stacks, _ = service
    done = [name for name, status in stacks.events("orders") if status == "CREATE_COMPLETE"]

    for first, second in (("Key", "Bucket"), ("Log", "Fn"), ("Fn", "Rule"), ("Rule", "Perm")):
        assert done.index(first) < done.index(second)
    assert done[-1] == "orders"


def test_every_resource_has_events_in_the_order_of_their_times(service):
    stacks, stack = service
    events = stacks.api.describe_stack_events(StackName="orders")["StackEvents"]

    times = [one["Timestamp"] for one in events]

    assert times == sorted(times, reverse=True)
    assert stack["CreationTime"] <= times[-1]


def test_a_resource_without_a_name_gets_one_from_stack_and_logical_id(service):
    stacks, _ = service

    assert stacks.resources("orders")["Table"].startswith("orders-Table-")
    assert stacks.resources("orders")["Fn"].startswith("orders-Fn-")


def test_deleting_a_service_leaves_nothing_behind(service_cloud):
    stacks = Stacks(service_cloud.client("cloudformation"))
    stack = stacks.create(
        template_text("service"),
        parameters={"N": "8"},
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    found = stacks.resources(stack["StackName"])

    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"

    lookups = (
        ("s3", "head_bucket", {"Bucket": found["Bucket"]}),
        ("dynamodb", "describe_table", {"TableName": found["Table"]}),
        ("glue", "get_database", {"Name": "db8"}),
        ("glue", "get_crawler", {"Name": found["Crawler"]}),
        ("glue", "get_job", {"JobName": found["Job"]}),
        ("iam", "get_role", {"RoleName": found["Role"]}),
        ("lambda", "get_function", {"FunctionName": found["Fn"]}),
        ("sns", "get_topic_attributes", {"TopicArn": found["Topic"]}),
        ("stepfunctions", "describe_state_machine", {"stateMachineArn": found["Machine"]}),
        ("scheduler", "get_schedule", {"Name": found["Schedule"]}),
        ("events", "describe_rule", {"Name": found["Rule"]}),
        ("ssm", "get_parameter", {"Name": found["Param"]}),
    )
    for service, call, arguments in lookups:
        with pytest.raises(ClientError):
            getattr(service_cloud.client(service), call)(**arguments)


def test_a_stack_of_the_same_name_is_refused(stacks):
    stack = stacks.create(template_text("queue"))

    with pytest.raises(stacks.api.exceptions.AlreadyExistsException):
        stacks.create(template_text("queue"), stack["StackName"])


def test_roles_need_a_capability_acknowledged(stacks):
    with pytest.raises(stacks.api.exceptions.InsufficientCapabilitiesException, match="IAM"):
        stacks.create(template_text("service"), parameters={"N": "9"})


def test_a_template_can_lie_in_s3(stacks, cloud):
    s3, bucket = cloud.client("s3"), stacks.name()
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="queue.yaml", Body=template_text("queue").encode())
    name = stacks.name()

    stacks.api.create_stack(
        StackName=name, TemplateURL=f"https://{bucket}.s3.us-east-1.amazonaws.com/queue.yaml"
    )

    assert stacks.settled(name)["StackStatus"] == "CREATE_COMPLETE"
    assert stacks.api.get_template(StackName=name)["TemplateBody"] == template_text("queue")
