"""Tasks that run a Glue job and wait for it."""

from __future__ import annotations

import json

import pytest

from .machines import one_state, until


def run_job(name, **state):
    return one_state(
        "Etl",
        Type="Task",
        Resource="arn:aws:states:::glue:startJobRun.sync",
        Parameters={"JobName": name, "Arguments": {"--run_id.$": "$$.Execution.Name"}},
        **{"TimeoutSeconds": 120, **state},
    )


def runs(jobs, name):
    return jobs.glue.get_job_runs(JobName=name)["JobRuns"]


def test_a_job_that_succeeds_answers_its_job_run(machines, jobs):
    name = jobs.make("print('done')")

    output = machines.output(run_job(name))

    assert (output["JobName"], output["JobRunState"]) == (name, "SUCCEEDED")
    assert output["CompletedOn"] >= output["StartedOn"] > 1_600_000_000_000


def test_a_job_that_fails_fails_the_task_with_its_job_run_as_cause(machines, jobs):
    described = machines.run(run_job(jobs.make("raise ValueError('no landing')")))

    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert cause["JobRunState"] == "FAILED"
    assert "no landing" in cause["ErrorMessage"]


@pytest.mark.parametrize("ended_by", ["timeout", "stop"])
def test_a_task_that_ends_early_stops_the_job_behind_it(machines, jobs, ended_by):
    name = jobs.make("import time; time.sleep(600)")
    timeout = {"TimeoutSeconds": 3} if ended_by == "timeout" else {}
    execution = machines.start(machines.create(run_job(name, **timeout)))
    until(lambda: runs(jobs, name), bool)

    if ended_by == "stop":
        machines.client.stop_execution(executionArn=execution)

    status = machines.wait(execution)["status"]
    assert status == ("FAILED" if ended_by == "timeout" else "ABORTED")
    until(lambda: runs(jobs, name)[0]["JobRunState"], lambda state: state == "STOPPED")
