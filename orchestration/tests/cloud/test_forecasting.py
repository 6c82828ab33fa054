"""The forecasting states of a run, on real jobs: scoring, its metric, and training again.

They are those of the deployed machine, cut out of it, because a whole run needs Spark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import ROOT, Checkout, wait_for

from millrace.promoting import promoted_version
from millrace_contracts.keys import past_forecasts_key

FIRST_DAY = date(2024, 1, 1)
WEEK = (20, 25, 25, 26, 30, 12, 15)
SPEC = """\
name: visits
owner: {team: field, email: visits@example.com}
source: {kind: filesystem, url: "file://{mount}/visits", match: "*.csv"}
format: {kind: csv}
columns:
  - {name: shop, type: string, required: true}
  - {name: day, type: date, required: true}
  - {name: people, type: double}
forecast:
  series: [shop]
  time: day
  target: {sum: people}
  frequency: D
  horizon: 7
  retrain: {on_drift: true}
"""


class Forecasting:
    """A dataset whose refined table is written by hand, and the states that forecast it."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        client = checkout.aws.client("stepfunctions")
        deployed = client.describe_state_machine(
            stateMachineArn=checkout.aws.parameter("orchestration/pipeline-arn")
        )
        publish = json.loads(deployed["definition"])["States"]["Publish"]
        (branch,) = (one for one in publish["Branches"] if "Forecast" in one["States"])
        self.machine = client.create_state_machine(
            name="forecasting", definition=json.dumps(branch), roleArn=deployed["roleArn"]
        )["stateMachineArn"]

    def refine(self, days: range, level: float) -> None:
        """Have so many days in the refined table: a growing week, from the level on."""
        rows = ", ".join(
            f"('north', date '{FIRST_DAY + timedelta(days=day)}', "
            f"{level + WEEK[day % 7] + 7 * (day // 7) + (day * 7 % 5) / 10:.1f}e0)"
            for day in days
        )
        athena, s3 = (self.checkout.aws.client(name) for name in ("athena", "s3"))
        artifacts, prefix = self.checkout.aws.bucket("artifacts"), f"athena/visits-{days.start}/"
        asked = athena.start_query_execution(
            QueryString=f"UNLOAD (SELECT * FROM (VALUES {rows}) AS t(shop, day, people)) "
            f"TO 's3://{artifacts}/{prefix}' WITH (format = 'PARQUET')",
            WorkGroup=self.checkout.aws.parameter("view/workgroup"),
        )["QueryExecutionId"]
        wait_for(
            lambda: (
                athena.get_query_execution(QueryExecutionId=asked)["QueryExecution"]["Status"][
                    "State"
                ]
                == "SUCCEEDED"
            )
        )
        for number, found in enumerate(
            s3.list_objects_v2(Bucket=artifacts, Prefix=prefix)["Contents"]
        ):
            s3.copy_object(
                CopySource={"Bucket": artifacts, "Key": found["Key"]},
                Bucket=self.checkout.aws.bucket("refined"),
                Key=f"visits/part-{days.start}-{number}.parquet",
            )

    def run(self) -> dict[str, Any]:
        """Let the states work; answers the output of each that was entered."""
        aws = self.checkout.aws
        body = aws.client("s3").get_object(
            Bucket=aws.bucket("artifacts"), Key="datasets/visits/dataset.json"
        )["Body"]
        given = {"dataset": "visits", "declared": {"spec": json.load(body)}}
        client = aws.client("stepfunctions")
        arn = client.start_execution(stateMachineArn=self.machine, input=json.dumps(given))
        ended = self.checkout.finished(arn["executionArn"])
        assert ended["status"] == "SUCCEEDED", ended.get("cause")
        events = client.get_execution_history(executionArn=arn["executionArn"], maxResults=1000)
        left = [
            one["stateExitedEventDetails"] for one in events["events"] if "Exited" in one["type"]
        ]
        return {one["name"]: json.loads(one["output"]) for one in left}

    def crawl(self) -> None:
        crawler = {"crawler": self.checkout.aws.parameter("forecast/crawler")}
        arn = self.checkout.start("crawl", crawler)
        assert self.checkout.finished(arn)["status"] == "SUCCEEDED"


@pytest.fixture(scope="module")
def forecasting(checkout: Checkout) -> Iterator[Forecasting]:
    if not (ROOT / "services" / "forecast" / ".venv").exists():
        pytest.skip("needs services/forecast set up: make setup")
    (checkout.root / ".millrace" / "sources" / "visits").mkdir()
    folder = checkout.root / "datasets" / "visits"
    folder.mkdir()
    (folder / "dataset.yaml").write_text(SPEC)
    assert checkout.millrace("up").exit_code == 0
    yield Forecasting(checkout)


def test_forecasts_are_scored_and_a_model_that_the_last_season_beats_is_trained_again(
    checkout, forecasting
):
    forecasting.refine(range(70), level=0)
    first = forecasting.run()
    assert "Train" in first
    assert "Score" not in first, "a run without past forecasts starts no job to score them"

    forecasting.refine(range(70, 74), level=0)
    second = forecasting.run()
    told = second["Score"]["scored"]["told"]
    assert (told["series_forecasts"], told["judged"]) == (1, True)
    assert told["relative_mase"] < 1
    assert "RecordAccuracy" in second
    assert "Train" not in second, told["training_reason"]
    assert second["FindModel"]["model"] == first["Train"]["model"]
    s3, artifacts = checkout.aws.client("s3"), checkout.aws.bucket("artifacts")
    listed = json.load(s3.get_object(Bucket=artifacts, Key=past_forecasts_key("visits"))["Body"])
    assert listed[0]["prefix"].endswith("/visits/")
    assert len(listed) == 2

    # Growth turns into decline, which the last season misses by less than a trend does.
    forecasting.refine(range(74, 78), level=-300)
    third = forecasting.run()
    told = third["Score"]["scored"]["told"]
    assert told["relative_mase"] > 1
    assert (told["worse_than_naive"], told["training_due"]) == (True, True)
    assert "worse than seasonal naive" in told["training_reason"]
    assert third["Train"]["model"] != first["Train"]["model"]
    assert promoted_version(checkout.aws, "visits") == third["Train"]["model"]["version"]

    forecasting.crawl()
    scores = checkout.answer(
        "query",
        "select forecast_from, model_version, periods, mase / naive_mase as relative "
        "from forecast.visits_scores order by 1",
    )
    assert [row["forecast_from"] for row in scores] == ["2024-03-11", "2024-03-15"]
    assert {row["model_version"] for row in scores} == {first["Train"]["model"]["version"]}
    assert float(scores[1]["relative"]) == pytest.approx(told["relative_mase"])
    steps = checkout.answer(
        "query",
        "select step, avg(miss) as mase from forecast.visits_scores "
        "cross join unnest(mase_by_step) with ordinality as t(miss, step) group by 1 order by 1",
    )
    assert [row["step"] for row in steps] == ["1", "2", "3", "4"]


def test_the_metric_and_the_alarm_on_it_are_of_one_name(checkout, forecasting):
    cloudwatch = checkout.aws.client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["millrace-local-visits-accuracy"])[
        "MetricAlarms"
    ]
    recorded = cloudwatch.list_metrics(
        Namespace=alarm["Namespace"], MetricName=alarm["MetricName"]
    )["Metrics"]

    assert [sorted(str(dimension) for dimension in one["Dimensions"]) for one in recorded] == [
        sorted(map(str, alarm["Dimensions"]))
    ]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanThreshold")
    assert alarm["AlarmActions"] == [checkout.aws.parameter("notify/topic-arn")]
