from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ECHO = "import json, sys; print(json.dumps(sys.argv[1:]))"
FOREVER = "import time\nprint('at work', flush=True)\ntime.sleep(600)"


def output(jobs, run):
    events = jobs.cloud.client("logs").get_log_events(
        logGroupName="/aws-glue/jobs/output", logStreamName=run["Id"]
    )
    return [event["message"] for event in events["events"]]


def test_a_script_gets_the_jobs_arguments_overridden_by_the_runs(shell_jobs):
    name = shell_jobs.make(
        ECHO,
        {"--dataset": "flights", "--day": "1", "--TempDir": "s3://t/"},
        NonOverridableArguments={"--zone": "refined"},
    )
    given = {"--day": "2", "--zone": "landing"}
    run = shell_jobs.wait(name, shell_jobs.start(name, Arguments=given))

    assert run["JobRunState"] == "SUCCEEDED", run
    argv = json.loads(output(shell_jobs, run)[-1])
    assert dict(zip(argv[::2], argv[1::2], strict=True)) == {
        "--JOB_NAME": name,
        "--JOB_RUN_ID": run["Id"],
        "--dataset": "flights",
        "--day": "2",
        "--TempDir": "s3://t/",
        "--zone": "refined",
    }
    assert run["CompletedOn"] >= run["StartedOn"]
    assert "ErrorMessage" not in run


def test_a_failed_run_tells_its_exceptions_own_line(shell_jobs):
    run = shell_jobs.run("class Lost(Exception): pass\nraise Lost('no landing for flights')")

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "Lost: no landing for flights"


def test_a_run_without_its_script_fails_and_names_it(shell_jobs):
    name = shell_jobs.make(ECHO)
    shell_jobs.cloud.client("s3").delete_object(Bucket="shell-jobs", Key=f"scripts/{name}.py")

    run = shell_jobs.wait(name, shell_jobs.start(name))

    assert run["JobRunState"] == "FAILED"
    assert f"s3://shell-jobs/scripts/{name}.py" in run["ErrorMessage"]


def test_a_job_of_an_unknown_environment_fails_and_names_the_known_ones(shell_jobs):
    run = shell_jobs.run(ECHO, {"--additional-python-modules": "s3://code/other-1.0.whl"})

    assert run["JobRunState"] == "FAILED"
    assert "other-1.0.whl" in run["ErrorMessage"]
    assert "shell-job" in run["ErrorMessage"]


def test_a_module_that_the_environment_lacks_is_refused_by_name(shell_jobs):
    modules = f"{shell_jobs.wheel},boto3,polars==1.0"

    run = shell_jobs.run(ECHO, {"--additional-python-modules": modules})

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("polars==1.0 is not installed")


def test_a_fault_kills_the_run_at_its_work(shell_jobs):
    name = shell_jobs.make(FOREVER)
    fault = {"service": "glue-job", "name": name, "kind": "kill", "times": 1}
    shell_jobs.cloud.control("POST", "faults", fault)

    run = shell_jobs.wait(name, shell_jobs.start(name))

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "The process was ended by SIGKILL"
    assert output(shell_jobs, run) == ["at work"]


def test_a_command_that_cannot_run_here_is_refused_by_name(shell_jobs):
    with pytest.raises(ClientError, match="'glueray' does not run in the local cloud"):
        shell_jobs.cloud.client("glue").create_job(
            Name="ray", Role="r", Command={"Name": "glueray", "ScriptLocation": "s3://b/k"}
        )
