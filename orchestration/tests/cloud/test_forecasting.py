"""Training by command, and the forecasting states of a run: scoring, its metric, training again.

The states are those of the deployed machine, cut out of it, because a whole run needs Spark.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from checkouts import ROOT, Checkout, wait_for

from millrace.promoting import promoted_version
from millrace_contracts.keys import past_forecasts_key

FIRST_DAY = date(2024, 1, 1)
WEEK = (20, 25, 25, 26, 30, 12, 15)
SPEC = """\
name: {name}
owner: {{team: field, email: {name}@example.com}}
source: {{kind: filesystem, url: "file://{{mount}}/{name}", match: "*.csv"}}
format: {{kind: csv}}
columns:
  - {{name: shop, type: string, required: true}}
  - {{name: day, type: date, required: true}}
  - {{name: people, type: double}}
forecast:
  series: [shop]
  time: day
  target: {{sum: people}}
  frequency: D
  horizon: 7
  retrain: {{on_drift: true}}
"""

pytestmark = pytest.mark.skipif(
    not (ROOT / "services" / "forecast" / ".venv").exists(),
    reason="needs services/forecast set up: make setup",
)


def declare(checkout: Checkout, name: str) -> None:
    (checkout.root / ".millrace" / "sources" / name).mkdir()
    (checkout.root / "datasets" / name).mkdir()
    (checkout.root / "datasets" / name / "dataset.yaml").write_text(SPEC.format(name=name))


def refine(checkout: Checkout, name: str, days: range, level: float) -> None:
    """Have so many days in the refined table: a week that grows, from the level on."""
    rows = ", ".join(
        f"('north', date '{FIRST_DAY + timedelta(days=day)}', "
        f"{level + WEEK[day % 7] + 7 * (day // 7) + (day * 7 % 5) / 10:.1f}e0)"
        for day in days
    )
    s3, artifacts = checkout.aws.client("s3"), checkout.aws.bucket("artifacts")
    prefix = f"athena/{name}-{days.start}/"
    unload(
        checkout,
        f"SELECT * FROM (VALUES {rows}) AS t(shop, day, people)",
        f"s3://{artifacts}/{prefix}",
    )
    for number, found in enumerate(s3.list_objects_v2(Bucket=artifacts, Prefix=prefix)["Contents"]):
        s3.copy_object(
            CopySource={"Bucket": artifacts, "Key": found["Key"]},
            Bucket=checkout.aws.bucket("refined"),
            Key=f"{name}/part-{days.start}-{number}.parquet",
        )


def unload(checkout: Checkout, query: str, uri: str) -> None:
    """Write what a query answers as Parquet."""
    athena = checkout.aws.client("athena")
    asked = athena.start_query_execution(
        QueryString=f"UNLOAD ({query}) TO '{uri}' WITH (format = 'PARQUET')",
        WorkGroup=checkout.aws.parameter("view/workgroup"),
    )["QueryExecutionId"]
    wait_for(
        lambda: (
            athena.get_query_execution(QueryExecutionId=asked)["QueryExecution"]["Status"]["State"]
            == "SUCCEEDED"
        )
    )


def forecasting_machine(checkout: Checkout) -> str:
    """A machine of the states that forecast; answers its ARN."""
    client = checkout.aws.client("stepfunctions")
    deployed = client.describe_state_machine(
        stateMachineArn=checkout.aws.parameter("orchestration/pipeline-arn")
    )
    publish = json.loads(deployed["definition"])["States"]["Publish"]
    (branch,) = (one for one in publish["Branches"] if "Forecast" in one["States"])
    made = client.create_state_machine(
        name="forecasting", definition=json.dumps(branch), roleArn=deployed["roleArn"]
    )
    return str(made["stateMachineArn"])


def forecast(checkout: Checkout, machine: str, name: str) -> dict[str, Any]:
    """Let the states work; answers the output of each that was entered."""
    body = checkout.aws.client("s3").get_object(
        Bucket=checkout.aws.bucket("artifacts"), Key=f"datasets/{name}/dataset.json"
    )["Body"]
    given = {"dataset": name, "declared": {"spec": json.load(body)}}
    client = checkout.aws.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
    ended = checkout.finished(arn)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    events = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    left = [one["stateExitedEventDetails"] for one in events if one["type"].endswith("StateExited")]
    return {one["name"]: json.loads(one["output"]) for one in left}


def raised_alarms(checkout: Checkout, name: str, at_least: int) -> list[str]:
    """Mails that tell of a dataset's alarm, once there are so many."""
    mails = [file.read_text() for file in (checkout.root / ".millrace" / "mail").glob("*.eml")]
    words = f'ALARM: "millrace-local-{name}-accuracy"'
    raised = [mail for mail in mails if words in mail]
    return raised if len(raised) >= at_least else []


def test_a_run_scores_past_forecasts_and_replaces_a_model_that_the_last_season_beats(checkout):
    declare(checkout, "visits")
    assert checkout.millrace("up").exit_code == 0
    machine = forecasting_machine(checkout)
    refine(checkout, "visits", range(70), level=0)

    first = forecast(checkout, machine, "visits")
    assert "Train" in first
    assert "Score" not in first, "a run without past forecasts starts no job to score them"
    trained = first["Train"]["model"]["version"]

    refine(checkout, "visits", range(70, 74), level=0)
    second = forecast(checkout, machine, "visits")
    told = second["Score"]["scored"]["told"]
    assert (told["series_forecasts"], told["judged"]) == (1, True)
    assert told["relative_mase"] < 1
    assert "RecordAccuracy" in second
    assert "Train" not in second, told["training_reason"]
    s3, artifacts = checkout.aws.client("s3"), checkout.aws.bucket("artifacts")
    listed = json.load(s3.get_object(Bucket=artifacts, Key=past_forecasts_key("visits"))["Body"])
    assert listed[0]["prefix"].endswith("/visits/")
    assert len(listed) == 2

    # Growth turns into decline, which the last season misses by less than a trend does.
    refine(checkout, "visits", range(74, 78), level=-300)
    third = forecast(checkout, machine, "visits")
    told = third["Score"]["scored"]["told"]
    assert told["relative_mase"] > 1
    assert (told["worse_than_naive"], told["training_due"]) == (True, True)
    assert "worse than seasonal naive" in told["training_reason"]
    assert third["Train"]["model"]["version"] != trained
    assert promoted_version(checkout.aws, "visits") == third["Train"]["model"]["version"]

    packages = checkout.aws.client("sagemaker").list_model_packages(
        ModelPackageGroupName="millrace-local-visits", SortBy="CreationTime", SortOrder="Ascending"
    )["ModelPackageSummaryList"]
    assert [one["ModelPackageDescription"] for one in packages] == [
        f"visits {run['Train']['model']['version']}" for run in (first, third)
    ]

    raised = wait_for(lambda: raised_alarms(checkout, "visits", at_least=2))
    assert len(raised) == 2, "one to the dataset's owner, one to the support team"
    assert sum("To: visits@example.com" in mail for mail in raised) == 1

    crawl = checkout.start("crawl", {"crawler": checkout.aws.parameter("forecast/crawler")})
    assert checkout.finished(crawl)["status"] == "SUCCEEDED"
    scores = checkout.answer(
        "query",
        "select forecast_from, model_version, periods, mase / naive_mase as relative "
        "from forecast.visits_scores order by 1",
    )
    assert [row["forecast_from"] for row in scores] == ["2024-03-11", "2024-03-15"]
    # The first was replaced on the day it was issued, before more of it had come true.
    assert [row["periods"] for row in scores] == ["4", "4"]
    assert {row["model_version"] for row in scores} == {trained}
    steps = checkout.answer(
        "query",
        "select step, avg(miss) as mase from forecast.visits_scores "
        "cross join unnest(mase_by_step) with ordinality as t(miss, step) group by 1 order by 1",
    )
    assert [row["step"] for row in steps] == ["1", "2", "3", "4"]


def test_a_model_is_trained_by_command_shown_registered_and_promoted_or_not(checkout, monkeypatch):
    declare(checkout, "callers")
    refine(checkout, "callers", range(70), level=0)

    shown = checkout.millrace("train", "callers")
    assert shown.exit_code == 0, shown.output
    now = promoted_version(checkout.aws, "callers")
    assert f"callers is predicted by {now}, before by none." in shown.output
    assert "1 series from 2024-01-01 to 2024-03-10, 3 back-test windows" in shown.output
    assert "seasonal_naive" in shown.output

    monkeypatch.setenv("AWS_ENDPOINT_URL", checkout.aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    account = ("--target", "aws", "--environment", "local")
    told = checkout.answer("train", "callers", "--no-promote", *account)
    assert (told["promoted"], told["before"]) == (False, now)
    assert told["card"]["mase_chosen"] <= told["card"]["mase"]["seasonal_naive"]
    assert promoted_version(checkout.aws, "callers") == now
    listed = checkout.answer("models", "callers")
    assert [one["promoted"] for one in listed] == [False, True]
    packages = checkout.aws.client("sagemaker").list_model_packages(
        ModelPackageGroupName="millrace-local-callers"
    )["ModelPackageSummaryList"]
    assert {one["ModelPackageArn"]: one["ModelApprovalStatus"] for one in packages} == {
        told["package"].removesuffix("/2") + "/1": "Approved",
        told["package"]: "PendingManualApproval",
    }


def test_what_cannot_be_trained_is_refused_in_words(checkout):
    refused = checkout.millrace("train", "weather")
    assert (refused.exit_code, "weather declares no forecast" in refused.output) == (2, True)

    declare(checkout, "nobody")
    failed = checkout.millrace("train", "nobody")
    assert failed.exit_code == 1
    assert "TrainingFailed" in failed.output
    assert "matched no files" in failed.output


def test_a_forecast_is_drawn_as_a_page_and_as_a_picture(checkout, tmp_path):
    refused = checkout.millrace("plot", "weather")
    assert (refused.exit_code, "weather declares no forecast" in refused.output) == (2, True)
    declare(checkout, "guests")
    refine(checkout, "guests", range(70), level=0)
    assert checkout.millrace("train", "guests").exit_code == 0
    refused = checkout.millrace("plot", "guests")
    assert (refused.exit_code, "guests has no forecast yet" in refused.output) == (2, True)
    rows = ", ".join(
        f"('north', date '{FIRST_DAY + timedelta(days=70 + day)}', 90e0, 80e0, 99e0, 70e0, 110e0)"
        for day in range(7)
    )
    unload(
        checkout,
        f"SELECT * FROM (VALUES {rows}) AS t"
        "(shop, forecast_time, mean, lower_80, upper_80, lower_95, upper_95)",
        f"s3://{checkout.aws.bucket('forecast')}/guests/issued_on=2024-03-11/",
    )

    drawn = checkout.answer("plot", "guests", "--into", str(tmp_path / "pictures"))

    page, picture = (Path(file) for file in drawn["files"])
    assert page.parent == tmp_path / "pictures"
    assert "80 % interval</title>" in page.read_text()
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.stat().st_size > 10_000
