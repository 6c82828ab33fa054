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


def test_a_script_reaches_this_clouds_s3_with_plain_boto3(shell_jobs):
    run = shell_jobs.run(
        "import boto3\n"
        "boto3.client('s3').put_object(Bucket='shell-jobs', Key='made/by-job', Body=b'yes')"
    )

    assert run["JobRunState"] == "SUCCEEDED", run
    made = shell_jobs.cloud.client("s3").get_object(Bucket="shell-jobs", Key="made/by-job")
    assert made["Body"].read() == b"yes"


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


def test_extra_files_and_modules_come_from_s3(shell_jobs):
    s3 = shell_jobs.cloud.client("s3")
    s3.put_object(Bucket="shell-jobs", Key="lib/shared_words.py", Body=b"WORD = 'from the module'")
    s3.put_object(Bucket="shell-jobs", Key="lib/words.txt", Body=b"from the file")

    run = shell_jobs.run(
        "import shared_words; print(shared_words.WORD, open('words.txt').read())",
        {
            "--extra-py-files": "s3://shell-jobs/lib/shared_words.py",
            "--extra-files": "s3://shell-jobs/lib/words.txt",
        },
    )

    assert run["JobRunState"] == "SUCCEEDED", run
    assert output(shell_jobs, run)[-1] == "from the module from the file"


def test_one_run_more_than_allowed_is_refused_and_a_stopped_one_ends(shell_jobs):
    glue = shell_jobs.cloud.client("glue")
    name = shell_jobs.make(FOREVER)
    first = shell_jobs.start(name)
    shell_jobs.wait(name, first, ("RUNNING",))

    with pytest.raises(ClientError) as refused:
        shell_jobs.start(name)
    answer = glue.batch_stop_job_run(JobName=name, JobRunIds=[first, "jr_unknown"])

    assert refused.value.response["Error"]["Code"] == "ConcurrentRunsExceededException"
    assert [run["JobRunId"] for run in answer["SuccessfulSubmissions"]] == [first]
    assert [error["JobRunId"] for error in answer["Errors"]] == ["jr_unknown"]
    assert shell_jobs.wait(name, first)["JobRunState"] == "STOPPED"
    again = glue.batch_stop_job_run(JobName=name, JobRunIds=[first])
    assert again["Errors"][0]["ErrorDetail"]["ErrorCode"] == "JobRunInTerminalStateException"


def test_runs_are_listed_newest_first_in_pages(shell_jobs):
    name = shell_jobs.make("print('done')")
    started = []
    for _ in range(3):
        started.append(shell_jobs.start(name))
        shell_jobs.wait(name, started[-1])
    glue = shell_jobs.cloud.client("glue")

    pages = glue.get_paginator("get_job_runs").paginate(
        JobName=name, PaginationConfig={"PageSize": 2}
    )

    listed = [[run["Id"] for run in page["JobRuns"]] for page in pages]
    assert listed == [[started[2], started[1]], [started[0]]]


def test_a_fault_kills_the_run_at_its_work(shell_jobs):
    name = shell_jobs.make(FOREVER)
    fault = {"service": "glue-job", "name": name, "kind": "kill", "times": 1}
    shell_jobs.cloud.control("POST", "faults", fault)

    run = shell_jobs.wait(name, shell_jobs.start(name))

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "The process was ended by SIGKILL"
    assert output(shell_jobs, run) == ["at work"]


def test_a_failed_run_is_tried_again_as_often_as_the_job_says(shell_jobs):
    name = shell_jobs.make("raise SystemExit(3)", MaxRetries=1)
    first = shell_jobs.start(name)
    shell_jobs.wait(name, first)

    second = shell_jobs.wait(name, f"{first}_attempt_1")

    assert (second["Attempt"], second["PreviousRunId"]) == (1, first)
    assert second["ErrorMessage"] == "SystemExit: 3"
    assert len(shell_jobs.cloud.client("glue").get_job_runs(JobName=name)["JobRuns"]) == 2


def test_a_job_is_updated_as_a_whole(shell_jobs):
    glue = shell_jobs.cloud.client("glue")
    name = shell_jobs.make(ECHO, Timeout=7)
    command = glue.get_job(JobName=name)["Job"]["Command"]
    update = {"Role": "r", "Command": command, "GlueVersion": "5.0"}

    glue.update_job(JobName=name, JobUpdate=update)

    job = glue.get_job(JobName=name)["Job"]
    assert job["GlueVersion"] == "5.0"
    assert job["DefaultArguments"] == {}
    assert "Timeout" not in job


def test_a_command_that_cannot_run_here_is_refused_by_name(shell_jobs):
    with pytest.raises(ClientError, match="'glueray' does not run in the local cloud"):
        shell_jobs.cloud.client("glue").create_job(
            Name="ray", Role="r", Command={"Name": "glueray", "ScriptLocation": "s3://b/k"}
        )
