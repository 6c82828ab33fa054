"""Time-outs, waits and retries by the cloud's clock, and the faults that bring them about."""

from __future__ import annotations

import json
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from conformance.stepfunctions.logged import Logged
from conformance.stepfunctions.machines import Machines, one_state

DEADLINE_S = 180
ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.fixture(scope="module")
def cloud(start_cloud, functions_project, tmp_path_factory):
    project = tmp_path_factory.mktemp("job")
    (project / ".venv").symlink_to(sys.prefix)
    environments = (f"test-functions={functions_project}", f"test-job={project}")
    with start_cloud(tmp_path_factory.mktemp("moved-clock"), *environments) as running:
        running.client("s3").create_bucket(Bucket="code")
        yield running


@pytest.fixture(scope="module")
def machines(cloud):
    return Machines(cloud.client("stepfunctions"))


@pytest.fixture
def pass_time(cloud):
    """Let time pass until what is looked for is there; answers it."""
    moved = cloud.home / "moved-hours"

    def wait(look, **length):
        deadline = time.monotonic() + DEADLINE_S
        hours = float(moved.read_text()) if moved.exists() else 0.0
        while not (found := look()):
            assert time.monotonic() < deadline
            # Again and again: what is waited for may not have begun yet.
            hours += timedelta(**length) / timedelta(hours=1)
            moved.write_text(str(hours))
            now = datetime.now(UTC) + timedelta(hours=hours)
            cloud.control("POST", "clock", {"now": now.isoformat()})
            time.sleep(0.1)
        return found

    return wait


@pytest.fixture
def end_after(machines, pass_time):
    """Let time pass until an execution has ended; answers its description."""

    def ended(execution):
        described = machines.client.describe_execution(executionArn=execution)
        return described if described["status"] != "RUNNING" else None

    return lambda execution, **length: pass_time(lambda: ended(execution), **length)


@pytest.fixture
def inject(cloud):
    yield lambda **fault: cloud.control("POST", "faults", fault)
    cloud.control("DELETE", "faults")


def start(machines, definition, **machine):
    return machines.start(machines.create({**definition, **machine}))


def get_parameter(**state):
    return one_state(
        Type="Task",
        Resource="arn:aws:states:::aws-sdk:ssm:getParameter",
        Parameters={"Name": "/moved"},
        ResultSelector={"value.$": "$.Parameter.Value"},
        **state,
    )


def test_a_wait_of_a_day_is_over_when_the_clock_says_so(machines, end_after):
    execution = start(machines, one_state(Type="Wait", Seconds=86400))

    assert end_after(execution, hours=25)["status"] == "SUCCEEDED"


def test_a_machine_times_out_by_the_clock(machines, end_after):
    execution = start(machines, one_state(Type="Wait", Seconds=86400), TimeoutSeconds=3600)

    assert end_after(execution, minutes=61)["status"] == "TIMED_OUT"


def test_an_express_execution_takes_five_minutes_at_most(cloud, machines, pass_time):
    name = uuid.uuid4().hex
    cloud.client("logs").create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}:*"
    logged = Logged(cloud.client("logs"), name, arn, "FATAL")
    machine = machines.client.create_state_machine(
        name=name,
        definition=json.dumps({**one_state(Type="Wait", Seconds=86400), "TimeoutSeconds": 3600}),
        roleArn=ROLE,
        type="EXPRESS",
        loggingConfiguration=logged.configuration,
    )["stateMachineArn"]
    execution = machines.start(machine)

    (told,) = pass_time(lambda: logged.ended(execution), minutes=5)

    assert told["type"] == "ExecutionTimedOut"


def test_a_function_that_hangs_takes_all_of_its_time(cloud, machines, inject, end_after):
    name = f"hanging-{uuid.uuid4().hex[:8]}"
    cloud.client("lambda").create_function(
        FunctionName=name,
        PackageType="Image",
        Code={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-functions:1"},
        ImageConfig={"Command": ["handlers.echo"]},
        Role=_role(cloud),
        Timeout=900,
    )
    inject(service="lambda", name=name, kind="hang", times=1)
    invoke = one_state(
        Type="Task",
        Resource="arn:aws:states:::lambda:invoke",
        Parameters={"FunctionName": name, "Payload": {"asked": 1}},
    )

    described = end_after(start(machines, invoke), minutes=16)

    assert described["error"] == "Sandbox.Timedout"
    assert "Task timed out after 900.00 seconds" in described["cause"]
    assert machines.output(invoke)["Payload"] == {"asked": 1}


@pytest.mark.parametrize("first", ["task", "job"])
def test_a_job_that_hangs_is_ended_by_whoever_loses_patience_first(
    cloud, machines, inject, end_after, first
):
    glue, name = cloud.client("glue"), f"job-{uuid.uuid4().hex[:8]}"
    cloud.client("s3").put_object(Bucket="code", Key=name, Body=b"print('done')")
    glue.create_job(
        Name=name,
        Role=ROLE,
        Command={"Name": "pythonshell", "ScriptLocation": f"s3://code/{name}"},
        DefaultArguments={"--additional-python-modules": "s3://code/test_job-1-py3-none-any.whl"},
        Timeout=30 if first == "job" else 600,
    )
    inject(service="glue-job", name=name, kind="hang", times=1)
    task = one_state(
        Type="Task",
        Resource="arn:aws:states:::glue:startJobRun.sync",
        Parameters={"JobName": name},
        TimeoutSeconds=7200 if first == "task" else 8_640_000,
    )

    described = end_after(
        start(machines, task), **{"minutes": 31} if first == "job" else {"hours": 2, "seconds": 5}
    )

    if first == "task":
        assert described["error"] == "States.Timeout"
    else:
        assert json.loads(described["cause"])["JobRunState"] == "TIMEOUT"
        assert machines.output(task)["JobRunState"] == "SUCCEEDED"


def test_a_call_that_is_throttled_is_tried_again_after_its_interval(
    cloud, machines, inject, end_after
):
    cloud.client("ssm").put_parameter(Name="/moved", Value="x", Type="String", Overwrite=True)
    inject(service="api", name="AmazonSSM.GetParameter", kind="throttle", times=2)
    retry = {"ErrorEquals": ["Ssm.ThrottlingException"], "IntervalSeconds": 3000, "MaxAttempts": 2}

    described = end_after(start(machines, get_parameter(Retry=[retry])), minutes=45)

    assert described["status"] == "SUCCEEDED", described
    assert json.loads(described["output"]) == {"value": "x"}
    types = machines.event_types(described["executionArn"])
    assert types.count("TaskFailed") == 2


def test_a_call_that_is_refused_is_not_done(machines, inject):
    inject(service="api", name="AmazonSSM.*", kind="refuse")

    described = machines.run(get_parameter())

    assert described["error"] == "Ssm.AccessDeniedException"


def test_a_call_can_be_refused_to_state_machines_alone(cloud, machines, inject):
    ssm = cloud.client("ssm")
    ssm.put_parameter(Name="/moved", Value="x", Type="String", Overwrite=True)
    inject(service="states-api", name="AmazonSSM.*", kind="refuse")

    assert machines.run(get_parameter())["status"] == "FAILED"
    assert ssm.get_parameter(Name="/moved")["Parameter"]["Value"] == "x"


@pytest.mark.parametrize(("kind", "code"), [("refuse", "AccessDenied"), ("throttle", "SlowDown")])
def test_a_call_of_s3_is_told_by_its_method_and_path(cloud, inject, kind, code):
    s3 = cloud.client("s3")
    s3.put_object(Bucket="code", Key="here", Body=b"x")
    inject(service="api", name="GET /code/here", kind=kind, times=1)

    with pytest.raises(ClientError, match=code):
        s3.get_object(Bucket="code", Key="here")
    assert s3.get_object(Bucket="code", Key="here")["Body"].read() == b"x"


def test_a_call_that_hangs_is_not_done_and_takes_as_long_as_its_state_may(
    cloud, machines, inject, end_after
):
    inject(service="api", name="DynamoDB_20120810.GetItem", kind="hang", times=1)
    key = {"TableName": "none", "Key": {"pk": {"S": "x"}}}
    get_item = one_state(
        Type="Task",
        Resource="arn:aws:states:::dynamodb:getItem",
        Parameters=key,
        TimeoutSeconds=3000,
    )

    described = end_after(start(machines, get_item), minutes=51)

    assert described["error"] == "States.Timeout"
    cloud.control("DELETE", "faults")
    assert machines.run(get_item)["error"] == "DynamoDB.ResourceNotFoundException"


@pytest.mark.parametrize(
    ("kind", "code"), [("refuse", "AuthorizationError"), ("throttle", "Throttled")]
)
def test_a_call_whose_action_is_in_a_form_is_told_by_service_and_action(cloud, inject, kind, code):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="faults")["TopicArn"]
    inject(service="api", name="sns.Publish", kind=kind)

    with pytest.raises(ClientError, match=code):
        sns.publish(TopicArn=topic, Message="x")
    assert sns.list_topics()["Topics"]
    cloud.control("DELETE", "faults")
    assert sns.publish(TopicArn=topic, Message="x")["MessageId"]


@pytest.mark.parametrize("kind", ["refuse", "throttle"])
def test_a_task_that_s3_turns_away_fails_with_its_general_error(machines, inject, kind):
    inject(service="api", name="GET /code/there", kind=kind)
    read = one_state(
        Type="Task",
        Resource="arn:aws:states:::aws-sdk:s3:getObject",
        Parameters={"Bucket": "code", "Key": "there"},
    )

    assert machines.run(read)["error"] == "S3.S3Exception"


def test_a_crawl_that_hangs_lasts_until_it_is_stopped(cloud, inject, eventually):
    glue, name = cloud.client("glue"), f"crawler-{uuid.uuid4().hex[:8]}"
    glue.create_crawler(
        Name=name, Role=ROLE, DatabaseName="d", Targets={"S3Targets": [{"Path": "s3://code/"}]}
    )
    inject(service="glue-crawler", name=name, kind="hang", times=1)

    def crawler():
        return glue.get_crawler(Name=name)["Crawler"]

    glue.start_crawler(Name=name)
    assert crawler()["State"] == "RUNNING"
    glue.stop_crawler(Name=name)

    assert eventually(lambda: crawler()["State"] == "READY")
    assert crawler()["LastCrawl"]["Status"] == "CANCELLED"


def test_a_fault_of_an_unknown_kind_is_refused(inject):
    with pytest.raises(OSError, match="400"):
        inject(service="lambda", name="*", kind="nonsense")


def _role(cloud):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["lambda.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = cloud.client("iam").create_role(
        RoleName=f"function-{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(trust)
    )
    return made["Role"]["Arn"]
