"""Differences that are seen from outside, of all services but S3."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

import boto3
from conformance.athena.asking import Lakehouse
from conformance.stepfunctions.machines import ROLE, Machines, one_state

DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}


def test_a_policy_that_denies_everything_keeps_nobody_from_anything(cloud):
    iam, name = cloud.client("iam"), uuid.uuid4().hex
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="none", PolicyDocument=json.dumps(DENY))
    key = iam.create_access_key(UserName=name)["AccessKey"]

    sqs = boto3.client(
        "sqs",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )

    assert "/123456789012/" in sqs.create_queue(QueueName=name)["QueueUrl"]


def test_tracing_of_a_machine_is_kept_and_traces_nothing(cloud):
    states = cloud.client("stepfunctions")
    machine = states.create_state_machine(
        name=uuid.uuid4().hex,
        definition=json.dumps(one_state(Type="Pass")),
        roleArn=ROLE,
        tracingConfiguration={"enabled": True},
    )["stateMachineArn"]
    machines = Machines(states)

    described = machines.wait(machines.start(machine))

    assert "traceHeader" not in described
    assert states.describe_state_machine(stateMachineArn=machine)["tracingConfiguration"] == {
        "enabled": True
    }


SLOW_AND_LARGE = """
import time
time.sleep(11)
def handler(event, context):
    return len(bytearray(300_000_000))
"""


def test_a_function_may_take_more_memory_and_time_to_start_than_on_aws(functions_cloud):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", SLOW_AND_LARGE)
    functions, name = functions_cloud.client("lambda"), f"large-{uuid.uuid4().hex[:8]}"
    functions.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/function",
        Code={"ZipFile": code.getvalue()},
        MemorySize=128,
        Timeout=30,
    )

    answer = functions.invoke(FunctionName=name)

    assert json.load(answer["Payload"]) == 300_000_000


def test_a_condition_on_a_view_reads_every_partition(cloud):
    house = Lakehouse.make(cloud)
    for day in ("1", "2"):
        house.put(f"t/day={day}/a.csv", b"12345\n" * 100)
    lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    house.table("t", [("n", "int")], lazy, partitions=[("day", "string")])
    for day in ("1", "2"):
        house.partition("t", [day], f"t/day={day}/")
    assert house.ask("CREATE VIEW v AS SELECT * FROM t").state == "SUCCEEDED"

    direct = house.ask("SELECT count(*) AS c FROM t WHERE day = '1'")
    through = house.ask("SELECT count(*) AS c FROM v WHERE day = '1'")

    assert direct.rows == through.rows == [["100"]]
    assert (direct.scanned_bytes, through.scanned_bytes) == (600, 1200)
