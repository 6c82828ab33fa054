from __future__ import annotations

import signal

from botocore.exceptions import ClientError

from millrace_localcloud.dynamodb.journal import Change, Journal

TABLE = {
    "TableName": "things",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


def item(number: int) -> dict:
    return {"id": {"S": f"{number}"}, "data": {"B": b"\x00\xff"}}


def add_one(dynamodb) -> None:
    dynamodb.update_item(
        TableName="things",
        Key={"id": {"S": "counter"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def test_every_acknowledged_write_survives_a_kill_the_moment_after(start_cloud, tmp_path):
    with start_cloud(tmp_path) as cloud:
        dynamodb = cloud.client("dynamodb")
        dynamodb.create_table(**TABLE)
        add_one(dynamodb)
        cloud.control("POST", "save")
        for number in range(20):
            dynamodb.put_item(TableName="things", Item=item(number))
            add_one(dynamodb)
        cloud.process.send_signal(signal.SIGKILL)
        cloud.process.wait()

    with start_cloud(tmp_path) as again:
        dynamodb = again.client("dynamodb")
        found = dynamodb.scan(TableName="things")["Items"]
        counter = next(one for one in found if one["id"]["S"] == "counter")
        assert counter["n"]["N"] == "21"
        assert sorted(
            (one for one in found if "data" in one), key=lambda one: int(one["id"]["S"])
        ) == [item(number) for number in range(20)]


def test_a_refused_write_is_not_repeated_after_a_restart(start_cloud, tmp_path):
    with start_cloud(tmp_path) as cloud:
        dynamodb = cloud.client("dynamodb")
        dynamodb.create_table(**TABLE)
        cloud.control("POST", "save")
        once = {"TableName": "things", "ConditionExpression": "attribute_not_exists(id)"}
        dynamodb.put_item(Item=item(1), **once)
        try:
            dynamodb.put_item(Item={**item(1), "second": {"BOOL": True}}, **once)
        except ClientError as exc:
            assert exc.response["Error"]["Code"] == "ConditionalCheckFailedException"
        cloud.process.send_signal(signal.SIGKILL)
        cloud.process.wait()

    with start_cloud(tmp_path) as again:
        assert again.client("dynamodb").scan(TableName="things")["Items"] == [item(1)]


def test_a_journal_skips_what_the_snapshot_has_and_a_line_that_was_cut_off(tmp_path):
    journal = Journal(tmp_path)
    changes = [Change(number, "T.PutItem", "{}") for number in (1, 2, 3)]
    journal.append(changes[0])
    (covered,) = journal.begin_file()
    for change in changes[1:]:
        journal.append(change)
    newest = sorted(tmp_path.glob("*.jsonl"))[-1]
    newest.write_text(newest.read_text() + '{"number": 4, "tar')

    assert covered != newest
    assert list(journal.since(1)) == changes[1:]
