"""What is kept as it was given, and has no effect."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime


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
