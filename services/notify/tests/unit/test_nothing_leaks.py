"""Whatever a stage puts into its error, no secret and no value of a row reaches a message."""

from __future__ import annotations

import json

import pytest
from stage import ARN, Stage, attempt

from millrace_notify.history import HistoryEvent

SECRETS = (
    "postgresql://loader:hunter2@db.example.com:5432/sales",
    "https://bucket.s3.amazonaws.com/k?X-Amz-Signature=hunter2&X-Amz-Security-Token=hunter2",
    'password="hunter2"',
    "aws_secret_access_key = hunter2",
    "{'Authorization': 'Bearer hunter2'}",
    "Authorization: Bearer hunter2",
    "AKIAHUNTER2HUNTER2HU and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXhunter2K",
)
ROWS = (
    "ValueError: invalid literal for int() with base 10: 'hunter2'",
    '[CAST_INVALID_INPUT] The value \'hunter2\' of the type "STRING" cannot be cast to "INT"',
    "psycopg.errors.UniqueViolation: DETAIL:  Key (email)=(hunter2@example.com) already exists.",
    "pymysql.err.IntegrityError: (1062, \"Duplicate entry 'hunter2' for key 'people.email'\")",
    "time data 'hunter2' does not match format '%Y-%m-%d'",
    "row: {'name': 'hunter2', 'age': 7}",
)


def traceback_of(text: str) -> str:
    return f'Traceback (most recent call last):\n  File "job.py", line 3, in <module>\n{text}\n'


def tower_of(text: str) -> str:
    return (
        "An error occurred while calling o95.parquet.\n"
        ": org.apache.spark.SparkException: Job aborted\n"
        "\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2844)\n"
        f"Caused by: java.lang.RuntimeException: {text}\n"
        "\tat java.base/java.lang.Thread.run(Thread.java:1)"
    )


STAGES = {
    "Ingest": lambda text: {"errorType": "TerminalError", "errorMessage": f"SourceRefused: {text}"},
    "View": lambda text: {
        "errorType": "TerminalError",
        "errorMessage": f"datasets/flights/views/a.sql, line 2, column 8: {text}",
        "stackTrace": [
            f'  File "handler.py", line 3, in handler\n    raise TerminalError("{text}")'
        ],
    },
    "Etl": lambda text: {"JobRunState": "FAILED", "ErrorMessage": tower_of(text)},
    "Etl in Python": lambda text: {"JobRunState": "FAILED", "ErrorMessage": traceback_of(text)},
    "Train": lambda text: {
        "TrainingJobStatus": "Failed",
        "FailureReason": f"AlgorithmError: {text}, exit code: 1",
        "Environment": {"PASSWORD": text},
    },
    "Forecast": lambda text: {"ProcessingJobStatus": "Failed", "ExitMessage": text},
    "CrawlRefined": lambda text: {
        "Status": "FAILED",
        "Input": {"crawler": "c"},
        "Cause": json.dumps({"Error": "CrawlFailed", "Cause": json.dumps({"ErrorMessage": text})}),
    },
}


@pytest.mark.parametrize("told", [*SECRETS, *ROWS])
@pytest.mark.parametrize("stage", STAGES)
def test_neither_a_secret_nor_a_value_of_a_row_reaches_a_message(stage, told):
    cause = json.dumps(STAGES[stage](told))
    history = (
        HistoryEvent(1, 0, "ExecutionStarted"),
        HistoryEvent(2, 0, "TaskStateEntered", state=stage.split()[0]),
        HistoryEvent(3, 2, "TaskFailed", error="States.TaskFailed", cause=cause),
    )
    hall = Stage(histories={ARN: history})

    hall.announce(attempt(cause=cause))

    (message,) = hall.topic.published
    published = json.dumps([message.subject, dict(message.bodies), dict(message.attributes)])
    assert "hunter2" not in published.lower()
    assert "***" in published
    assert "hunter2" not in str(hall.state.run("r1")).lower()


@pytest.mark.parametrize("told", [*SECRETS, *ROWS])
@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_nor_does_one_that_the_machine_or_a_person_gave_as_the_cause(status, told):
    hall = Stage(histories={})

    hall.announce(attempt(cause=told, error="Operator", status=status))

    (message,) = hall.topic.published
    published = json.dumps([message.subject, dict(message.bodies)])
    assert "hunter2" not in published.lower()
