"""Schedules, by the cloud's clock: what runs, and who hears of silence and of odd numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from checkouts import wait_for
from disturbing import Disturbed

from millrace.run_state import open_run_state
from millrace_contracts.state import RunStatus, StageRecord, StageStatus

BOTH = {"{}@example.com", "support@example.com"}


def record_run(cloud: Disturbed, dataset: str, number: int, rows: int) -> None:
    """A run that has succeeded, as ingest and etl record it."""
    state = open_run_state(cloud.checkout.aws)
    run_id = f"{dataset}-{number}"
    at = datetime.now(UTC) - timedelta(hours=20 - number)
    state.start_run(run_id, dataset, at)
    numbers = {"rows_read": rows}
    state.put_stage(StageRecord(run_id, dataset, "etl", StageStatus.SUCCEEDED, at, at, numbers))
    state.end_run(run_id, dataset, RunStatus.SUCCEEDED, at + timedelta(minutes=5))


def watches(cloud: Disturbed) -> int:
    """How often notify has looked for silence, as its metric counts."""
    found = cloud.checkout.aws.client("cloudwatch").get_metric_statistics(
        Namespace="Millrace",
        MetricName="DatasetsWatched",
        Dimensions=[{"Name": "Environment", "Value": "local"}],
        StartTime=datetime.now(UTC) - timedelta(days=2),
        EndTime=datetime.now(UTC) + timedelta(days=400),
        Period=86400,
        Statistics=["SampleCount"],
    )
    return int(sum(point["SampleCount"] for point in found["Datapoints"]))


def let_watch(cloud: Disturbed, hours: int = 1) -> None:
    """Let time pass, and the check that it brings be over."""
    # What is at work must not be made late.
    wait_for(lambda: all(left > 120 for left in cloud.pending()))
    before = watches(cloud)
    cloud.let_pass(hours * 3600 + 60)
    wait_for(lambda: watches(cloud) > before)


def heard(cloud: Disturbed, dataset: str, subject: str) -> str:
    """Text of what the owner and support heard, each once."""
    mails = [mail for mail in cloud.mails(dataset) if mail.subject.endswith(subject)]
    assert sorted(mail.to for mail in mails) == sorted(to.format(dataset) for to in BOTH)
    return mails[0].text


def test_a_schedule_starts_runs_and_those_that_find_nothing_end_no_silence(disturbed: Disturbed):
    record_run(disturbed, "quiet", 1, 1000)
    let_watch(disturbed)
    before = len(disturbed.checkout.executions("pipeline", "quiet-"))

    let_watch(disturbed, hours=26)

    started = wait_for(
        lambda: disturbed.checkout.executions("pipeline", "quiet-")[: -before or None]
    )
    assert disturbed.ended(started[0]["executionArn"]) == "SUCCEEDED"
    told = json.loads(
        disturbed.steps.describe_execution(executionArn=started[0]["executionArn"])["input"]
    )
    assert told["trigger"]["cause"] == "schedule"
    assert told["trigger"]["key"].endswith("Z")
    let_watch(disturbed)
    let_watch(disturbed)
    text = heard(disturbed, "quiet", "no new data")
    assert "26 are allowed" in text
    assert "millrace run quiet" in text


def test_a_run_without_rows_and_one_with_far_fewer_than_usual_are_told(disturbed: Disturbed):
    record_run(disturbed, "empty", 1, 0)
    for number in range(1, 8):
        record_run(disturbed, "few", number, 1000 + number)
    record_run(disturbed, "few", 8, 20)

    let_watch(disturbed)
    let_watch(disturbed)

    assert "0 rows were read; at least 1 are expected" in heard(disturbed, "empty", "too few rows")
    assert "20 rows were read" in heard(disturbed, "few", "unusual number of rows")
