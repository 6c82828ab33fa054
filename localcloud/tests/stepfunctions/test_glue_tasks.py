"""Tasks that run a real Glue job: a Python shell job in the environment of these tests."""

from __future__ import annotations

import json
import sys
import uuid

import pytest
from conformance.stepfunctions.machines import Machines, one_state, until

ROLE = "arn:aws:iam::123456789012:role/glue"


@pytest.fixture(scope="module")
def cloud(start_cloud, tmp_path_factory):
    project = tmp_path_factory.mktemp("job")
    (project / ".venv").symlink_to(sys.prefix)
    with start_cloud(tmp_path_factory.mktemp("glue-tasks"), f"glue-task={project}") as running:
        running.client("s3").create_bucket(Bucket="code")
        yield running


@pytest.fixture(scope="module")
def machines(cloud):
    return Machines(cloud.client("stepfunctions"))


@pytest.fixture
def make_job(cloud):
    def make(script):
        name = f"job-{uuid.uuid4().hex[:8]}"
        cloud.client("s3").put_object(Bucket="code", Key=name, Body=script.encode())
        cloud.client("glue").create_job(
            Name=name,
            Role=ROLE,
            Command={"Name": "pythonshell", "ScriptLocation": f"s3://code/{name}"},
            DefaultArguments={
                "--additional-python-modules": "s3://code/glue_task-1.0-py3-none-any.whl"
            },
        )
        return name

    return make


def run_job(name, **state):
    return one_state(
        "Etl",
        Type="Task",
        Resource="arn:aws:states:::glue:startJobRun.sync",
        Parameters={"JobName": name, "Arguments": {"--run_id.$": "$$.Execution.Name"}},
        **{"TimeoutSeconds": 120, **state},
    )


def runs(cloud, name):
    return cloud.client("glue").get_job_runs(JobName=name)["JobRuns"]


def test_a_job_that_succeeds_answers_its_job_run(machines, make_job):
    name = make_job("print('done')")

    output = machines.output(run_job(name))

    assert (output["JobName"], output["JobRunState"]) == (name, "SUCCEEDED")
    assert output["CompletedOn"] >= output["StartedOn"] > 1_600_000_000_000


def test_a_job_that_fails_fails_the_task_with_its_job_run_as_cause(machines, make_job):
    described = machines.run(run_job(make_job("raise ValueError('no landing')")))

    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert cause["JobRunState"] == "FAILED"
    assert "no landing" in cause["ErrorMessage"]


@pytest.mark.parametrize("ended_by", ["timeout", "stop"])
def test_a_task_that_ends_early_stops_the_job_behind_it(machines, cloud, make_job, ended_by):
    name = make_job("import time; time.sleep(600)")
    timeout = {"TimeoutSeconds": 3} if ended_by == "timeout" else {}
    execution = machines.start(machines.create(run_job(name, **timeout)))
    until(lambda: runs(cloud, name), bool)

    if ended_by == "stop":
        machines.client.stop_execution(executionArn=execution)

    status = machines.wait(execution)["status"]
    assert status == ("FAILED" if ended_by == "timeout" else "ABORTED")
    until(lambda: runs(cloud, name)[0]["JobRunState"], lambda state: state == "STOPPED")
