"""Handlers that the tests deploy."""

import os
import signal
import sys
import time
from pathlib import Path


def echo(event, context):
    return event


def describe(event, context):
    return {
        "pid": os.getpid(),
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
    }


def say(event, context):
    sys.stdout.write(f"said {event['word']}\n")
    sys.stderr.write("and on standard error\n")
    return None


def fail(event, context):
    raise KeyError("no such flight")


def die(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def dawdle(event, context):
    Path(event["file"]).write_text(str(os.getpid()))
    time.sleep(event.get("seconds", 60))
    return os.getpid()


def note(event, context):
    """Append one line per invocation, so that a test can count them."""
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{context.aws_request_id} {event}\n")
    return event


def note_and_fail(event, context):
    note(event, context)
    raise RuntimeError("always")


def fail_once(event, context):
    notes = Path(os.environ["NOTES"])
    first = not notes.exists()
    note(event, context)
    if first:
        raise RuntimeError("only the first time")


def fail_odd(event, context):
    """SQS batch: names the messages whose body is odd as failed."""
    with Path(os.environ["NOTES"]).open("a") as notes:
        for record in event["Records"]:
            notes.write(record["body"] + "\n")
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]}
            for record in event["Records"]
            if int(record["body"]) % 2
        ]
    }


def note_slowly(event, context):
    time.sleep(1)
    return note(event, context)
