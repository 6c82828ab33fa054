"""Writers that race for the same item."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

RACERS = 64


@pytest.fixture
def tables(aws):
    return aws.client("dynamodb")


@pytest.fixture
def table(aws, tables):
    name = uuid.uuid4().hex
    tables.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.afterwards(tables.delete_table, TableName=name)
    tables.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return name


def race(write):
    def attempt(number):
        try:
            write(number)
        except ClientError as exc:
            return exc.response["Error"]["Code"]
        return None

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(attempt, range(RACERS)))


def test_of_many_conditional_puts_one_wins(tables, table):
    for _ in range(3):
        item_id = uuid.uuid4().hex

        codes = race(
            lambda number, item_id=item_id: tables.put_item(
                TableName=table,
                Item={"id": {"S": item_id}, "by": {"N": str(number)}},
                ConditionExpression="attribute_not_exists(id)",
            )
        )

        assert codes.count(None) == 1
        assert set(codes) == {None, "ConditionalCheckFailedException"}
        item = tables.get_item(TableName=table, Key={"id": {"S": item_id}})["Item"]
        assert item["by"] == {"N": str(codes.index(None))}


def test_of_many_transactions_one_wins(tables, table):
    def write(number):
        puts = [
            {
                "Put": {
                    "TableName": table,
                    "Item": {"id": {"S": item_id}, "by": {"N": str(number)}},
                    "ConditionExpression": "attribute_not_exists(id)",
                }
            }
            for item_id in ("left", "right")
        ]
        tables.transact_write_items(TransactItems=puts)

    codes = race(write)

    assert codes.count(None) == 1
    items = tables.scan(TableName=table)["Items"]
    assert {item["by"]["N"] for item in items} == {str(codes.index(None))}


def add_one(tables, table, token, by="1"):
    update = {
        "TableName": table,
        "Key": {"id": {"S": "count"}},
        "UpdateExpression": "ADD seen :one",
        "ExpressionAttributeValues": {":one": {"N": by}},
    }
    tables.transact_write_items(TransactItems=[{"Update": update}], ClientRequestToken=token)


def test_a_transaction_sent_twice_with_its_token_is_done_once(tables, table):
    for _ in range(2):
        add_one(tables, table, f"token-{table}")

    item = tables.get_item(TableName=table, Key={"id": {"S": "count"}})["Item"]
    assert item["seen"] == {"N": "1"}


def test_a_token_of_another_transaction_is_refused(tables, table):
    add_one(tables, table, f"token-{table}")

    with pytest.raises(ClientError) as raised:
        add_one(tables, table, f"token-{table}", by="2")

    assert raised.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"
