"""What is kept as it was given, and has no effect."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import boto3


def test_a_lifecycle_rule_removes_nothing(cloud):
    s3, bucket = cloud.client("s3"), f"kept-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="old", Body=b"x")
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Date": datetime(2020, 1, 1, tzinfo=UTC)},
    }

    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})

    kept = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]
    assert kept["Expiration"]["Date"] == rule["Expiration"]["Date"]
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_an_item_past_its_time_to_live_stays(cloud):
    dynamodb, table = cloud.client("dynamodb"), f"kept-{uuid.uuid4().hex[:12]}"
    dynamodb.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ttl = {"Enabled": True, "AttributeName": "ttl"}
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=ttl)

    dynamodb.put_item(TableName=table, Item={"pk": {"S": "1"}, "ttl": {"N": "1"}})

    assert dynamodb.scan(TableName=table)["Count"] == 1


def test_a_list_comes_whole_where_a_page_of_it_was_asked_for(cloud):
    kms = cloud.client("kms")
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2)}

    page = kms.list_keys(Limit=1)

    assert made <= {key["KeyId"] for key in page["Keys"]}
    assert not page["Truncated"]


def test_a_request_that_is_repeated_with_its_token_is_done_again(cloud):
    athena = cloud.client("athena")
    asked = {
        "Name": "kept",
        "Database": "default",
        "QueryString": "SELECT 1",
        "ClientRequestToken": uuid.uuid4().hex,
    }

    first = athena.create_named_query(**asked)["NamedQueryId"]

    assert athena.create_named_query(**asked)["NamedQueryId"] != first


def test_a_session_policy_keeps_nobody_from_anything(cloud):
    role = f"kept-{uuid.uuid4().hex[:12]}"
    arn = cloud.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    deny = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    assumed = cloud.client("sts").assume_role(
        RoleArn=arn["Role"]["Arn"], RoleSessionName="kept", Policy=json.dumps(deny)
    )["Credentials"]

    sqs = boto3.client(
        "sqs",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )

    assert sqs.create_queue(QueueName=role)["QueueUrl"].endswith(f"/{role}")
