"""How each kind of job is watched and ended, on the answers that the API references document."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from millrace_localcloud.stepfunctions.documents import as_document, to_epoch_ms, to_iso8601
from millrace_localcloud.stepfunctions.interpreter.sync_jobs import parse_nested_json, sync_job

MOMENT = datetime(2026, 3, 1, 6, 0, 0, 123000, UTC)
MOMENT_MS = 1772344800123

JOB_RUN = {
    "Id": "jr_1",
    "Attempt": 0,
    "JobName": "etl",
    "StartedOn": MOMENT,
    "CompletedOn": MOMENT,
    "JobRunState": "SUCCEEDED",
    "ExecutionTime": 61,
}
GLUE = {"JobName": "etl", "JobRunId": "jr_1", "Arguments": {}}


class Recorder:
    """A client that keeps the calls made."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        return lambda **arguments: self.calls.append((name, arguments))


def describe(job, answer, known):
    return job.judge(as_document(answer, to_epoch_ms), known)


def test_a_glue_run_answers_its_job_run_with_times_in_milliseconds():
    succeeded, output = describe(sync_job("glue", "startJobRun"), {"JobRun": JOB_RUN}, GLUE)

    assert succeeded is True
    assert output["JobName"] == "etl"
    assert output["StartedOn"] == output["CompletedOn"] == MOMENT_MS
    json.dumps(output)


@pytest.mark.parametrize("state", ["STARTING", "RUNNING", "STOPPING", "WAITING"])
def test_a_glue_run_under_way_is_waited_for(state):
    answer = {"JobRun": {**JOB_RUN, "JobRunState": state}}

    assert describe(sync_job("glue", "startJobRun"), answer, GLUE)[0] is None


@pytest.mark.parametrize("state", ["FAILED", "TIMEOUT", "ERROR", "STOPPED"])
def test_a_glue_run_that_did_not_finish_has_failed(state):
    answer = {"JobRun": {**JOB_RUN, "JobRunState": state, "ErrorMessage": "no such column"}}

    succeeded, output = describe(sync_job("glue", "startJobRun"), answer, GLUE)

    assert succeeded is False
    assert output["ErrorMessage"] == "no such column"


@pytest.mark.parametrize("kind", ["Processing", "Training", "Transform"])
def test_a_sagemaker_job_is_described_judged_and_stopped_by_its_name(kind):
    job = sync_job("sagemaker", f"create{kind}Job")
    known = {f"{kind}JobName": "j", f"{kind}JobArn": "arn"}
    answer = {f"{kind}JobName": "j", "CreationTime": MOMENT}
    client = Recorder()

    verdicts = [
        describe(job, {**answer, f"{kind}JobStatus": status}, known)[0]
        for status in ("InProgress", "Stopping", "Completed", "Failed", "Stopped")
    ]
    job.stop(client, known)

    assert verdicts == [None, None, True, False, False]
    assert job.identity(known) == {f"{kind}JobName": "j"}
    assert job.describe == f"describe_{kind.lower()}_job"
    assert client.calls == [(f"stop_{kind.lower()}_job", {f"{kind}JobName": "j"})]


def test_an_athena_query_answers_its_query_execution():
    job = sync_job("athena", "startQueryExecution")
    known = {"QueryString": "select 1", "QueryExecutionId": "q1"}
    client = Recorder()

    def answer(state):
        status = {"State": state, "SubmissionDateTime": MOMENT}
        return {"QueryExecution": {"QueryExecutionId": "q1", "Status": status}}

    verdicts = [
        describe(job, answer(state), known)[0]
        for state in ("QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED")
    ]
    job.stop(client, known)

    assert verdicts == [None, None, True, False, False]
    output = describe(job, answer("SUCCEEDED"), known)[1]
    assert output["QueryExecution"]["Status"]["SubmissionDateTime"] == MOMENT_MS
    assert client.calls == [("stop_query_execution", {"QueryExecutionId": "q1"})]


def test_a_glue_run_is_stopped_by_job_and_run():
    client = Recorder()

    sync_job("glue", "startJobRun").stop(client, GLUE)

    assert client.calls == [("batch_stop_job_run", {"JobName": "etl", "JobRunIds": ["jr_1"]})]


def test_sync_2_parses_input_and_output():
    output = parse_nested_json({"Status": "SUCCEEDED", "Input": "{}", "Output": '"yes"'})

    assert output == {"Status": "SUCCEEDED", "Input": {}, "Output": "yes"}


def test_a_document_has_no_metadata_and_no_python_values():
    answer = {"At": MOMENT, "Body": b"\xff\x00", "ResponseMetadata": {}, "List": [{"At": MOMENT}]}

    assert as_document(answer, to_iso8601) == {
        "At": "2026-03-01T06:00:00.123Z",
        "Body": "/wA=",
        "List": [{"At": "2026-03-01T06:00:00.123Z"}],
    }
