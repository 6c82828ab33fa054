import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_notify.causes import root_cause

SPARK = """An error occurred while calling o95.parquet.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 1.0 failed
\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2844)
Caused by: org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows
\tat org.apache.spark.sql.execution.Writer.run(Writer.scala:12)
\t... 1 more
Caused by: java.io.IOException: No space left on device
\tat java.base/java.io.FileOutputStream.writeBytes(Native Method)
\t... 9 more
"""
LOST_TASK = """SparkException: Job aborted due to stage failure: Task 0 in stage 1.0 failed once, \
most recent failure: Lost task 0.0 in stage 1.0 (TID 1) (host executor driver): \
java.lang.ArithmeticException: / by zero
\tat scala.Main(Main.scala:1)
"""
PYTHON = """Traceback (most recent call last):
  File "/tmp/job.py", line 3, in <module>
    halt()
millrace_etl.errors.TooManyBadRows: 7 of 10 rows
"""
UDF = """Job failed
Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "job.py", line 1, in f
ZeroDivisionError: division by zero

\tat org.apache.spark.api.python.BasePythonRunner.read(PythonRunner.scala:1)
"""


def _json(**document):
    return json.dumps(document)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("plain words", "plain words"),
        ("", ""),
        (_json(errorType="KeyError", errorMessage="'x'", stackTrace=["a"]), "KeyError: 'x'"),
        (
            _json(errorType="TerminalError", errorMessage="SpecMissing: planes: no spec"),
            "SpecMissing: planes: no spec",
        ),
        (_json(errorType="Sandbox.Timedout"), "Sandbox.Timedout"),
        (
            _json(JobRunState="FAILED", ErrorMessage=SPARK),
            "java.io.IOException: No space left on device",
        ),
        (_json(ErrorMessage=LOST_TASK), "java.lang.ArithmeticException: / by zero"),
        (_json(ErrorMessage=UDF), "ZeroDivisionError: division by zero"),
        (_json(FailureReason="AlgorithmError: exit 1"), "AlgorithmError: exit 1"),
        (_json(ExecutionArn="arn:x", Input="{}", Status="TIMED_OUT"), "it ended as TIMED_OUT"),
        (_json(JobRunState="TIMEOUT", JobName="j"), "it ended as TIMEOUT"),
        (
            _json(
                Status="FAILED",
                Error="States.TaskFailed",
                Cause=_json(Error="CrawlFailed", Cause=_json(ErrorMessage="access denied")),
            ),
            "access denied",
        ),
        (_json(Error="CrawlFailed"), "CrawlFailed"),
        ('["a list"]', '["a list"]'),
        ("two\nlines  of text", "two lines of text"),
    ],
)
def test_the_innermost_reason_is_told(cause, told):
    assert root_cause(cause) == told


def test_a_python_traceback_ends_in_its_exception_whatever_its_name():
    assert root_cause(PYTHON) == "millrace_etl.errors.TooManyBadRows: 7 of 10 rows"


@pytest.mark.parametrize(
    "secret",
    [
        "postgres://me:hunter2@db/x",
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=hunter2&X-Amz-Date=1",
        "AKIAIOSFODNN7HUNTER2",
        "key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXhunter2K was refused",
        "password=hunter2",
        'login {"password": "hunter2", "user": "me"}',
        "Authorization: Bearer hunter2",
    ],
)
def test_credentials_and_queries_are_masked(secret):
    told = root_cause(_json(errorMessage=f"failed at {secret}"))

    assert "hunter2" not in told.lower()
    assert "***" in told


@pytest.mark.parametrize(
    "text",
    [
        '[CAST_INVALID_INPUT] The value \'hunter2\' of the type "STRING" cannot be cast to "INT"',
        "ValueError: invalid literal for int() with base 10: 'hunter2'",
        "ValueError: could not convert string to float: 'hunter2'",
        'invalid input syntax for type integer: "hunter2"',
        "DETAIL: Key (email)=(hunter2@example.com) already exists.",
        "DETAIL: Failing row contains (1, hunter2, null).",
        "Duplicate entry 'hunter2' for key 'people.email'",
        "Text 'hunter2' could not be parsed at index 0",
        "time data 'hunter2' does not match format '%Y'",
        "Malformed record: 'hunter2'",
        "row: {'name': 'hunter2'}",
    ],
)
def test_values_of_rows_are_masked(text):
    told = root_cause(text)

    assert "hunter2" not in told
    assert "***" in told


@pytest.mark.parametrize(
    "text",
    [
        "column 'carrier' is missing; found 'carier'",
        "TooManyBadRows: 7 of 10 rows",
        "s3://landing/flights/ingest_date=2024-02-29/batch=r1/flights.csv",
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "column 'token_count' is missing",
        "no such user me@example.com",
    ],
)
def test_what_is_no_secret_is_left_alone(text):
    assert root_cause(text) == text


@given(st.text() | st.recursive(st.text(), lambda inner: inner.map(lambda text: _json(Cause=text))))
def test_any_cause_gives_one_short_line(cause):
    told = root_cause(cause)

    assert len(told) <= 500
    assert len(told.splitlines()) <= 1
