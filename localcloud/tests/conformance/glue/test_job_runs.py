"""Runs of Python shell jobs."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ECHO = "import json, sys; print(json.dumps(sys.argv[1:]))"
FOREVER = "import time\nprint('at work', flush=True)\ntime.sleep(600)"


def test_one_run_more_than_allowed_is_refused_and_a_stopped_one_ends(jobs):
    glue = jobs.glue
    name = jobs.make(FOREVER)
    first = jobs.start(name)
    jobs.wait(name, first, ("RUNNING",))

    with pytest.raises(ClientError) as refused:
        jobs.start(name)
    answer = glue.batch_stop_job_run(JobName=name, JobRunIds=[first, "jr_unknown"])

    assert refused.value.response["Error"]["Code"] == "ConcurrentRunsExceededException"
    assert [run["JobRunId"] for run in answer["SuccessfulSubmissions"]] == [first]
    assert [error["JobRunId"] for error in answer["Errors"]] == ["jr_unknown"]
    assert jobs.wait(name, first)["JobRunState"] == "STOPPED"
    again = glue.batch_stop_job_run(JobName=name, JobRunIds=[first])
    assert again["Errors"][0]["ErrorDetail"]["ErrorCode"] == "JobRunInTerminalStateException"


def test_runs_are_listed_newest_first_in_pages(jobs):
    name = jobs.make("print('done')")
    started = []
    for _ in range(3):
        started.append(jobs.start(name))
        jobs.wait(name, started[-1])
    glue = jobs.glue

    pages = glue.get_paginator("get_job_runs").paginate(
        JobName=name, PaginationConfig={"PageSize": 2}
    )

    listed = [[run["Id"] for run in page["JobRuns"]] for page in pages]
    assert listed == [[started[2], started[1]], [started[0]]]


def test_a_failed_run_is_tried_again_as_often_as_the_job_says(jobs):
    name = jobs.make("raise SystemExit(3)", MaxRetries=1)
    first = jobs.start(name)
    jobs.wait(name, first)

    second = jobs.wait(name, f"{first}_attempt_1")

    assert (second["Attempt"], second["PreviousRunId"]) == (1, first)
    assert second["ErrorMessage"] == "SystemExit: 3"
    assert len(jobs.glue.get_job_runs(JobName=name)["JobRuns"]) == 2


def test_a_job_is_updated_as_a_whole(jobs):
    glue = jobs.glue
    name = jobs.make(ECHO, Timeout=7)
    command = glue.get_job(JobName=name)["Job"]["Command"]
    update = {"Role": jobs.role, "Command": command, "GlueVersion": "5.0"}

    glue.update_job(JobName=name, JobUpdate=update)

    job = glue.get_job(JobName=name)["Job"]
    assert job["GlueVersion"] == "5.0"
    assert job["DefaultArguments"] == {}
    assert "Timeout" not in job


def test_a_script_reaches_s3_with_plain_boto3(jobs):
    run = jobs.run(
        "import boto3\n"
        f"boto3.client('s3').put_object(Bucket='{jobs.bucket}', Key='made/by-job', Body=b'yes')"
    )

    assert run["JobRunState"] == "SUCCEEDED", run
    made = jobs.client("s3").get_object(Bucket=jobs.bucket, Key="made/by-job")
    assert made["Body"].read() == b"yes"


def test_extra_files_and_modules_come_from_s3(jobs):
    s3 = jobs.client("s3")
    s3.put_object(Bucket=jobs.bucket, Key="lib/shared_words.py", Body=b"WORD = 'from the module, '")
    s3.put_object(Bucket=jobs.bucket, Key="lib/words.txt", Body=b"from the file")

    run = jobs.run(
        "import boto3, shared_words\n"
        "said = shared_words.WORD + open('words.txt').read()\n"
        f"boto3.client('s3').put_object(Bucket='{jobs.bucket}', Key='said', Body=said.encode())",
        {
            "--extra-py-files": f"s3://{jobs.bucket}/lib/shared_words.py",
            "--extra-files": f"s3://{jobs.bucket}/lib/words.txt",
        },
    )

    assert run["JobRunState"] == "SUCCEEDED", run
    said = s3.get_object(Bucket=jobs.bucket, Key="said")["Body"].read()
    assert said == b"from the module, from the file"
