"""The words for daily operation, against a real cloud on the laptop and as an account."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from checkouts import ROOT, Checkout

from millrace.runs import find_run


@pytest.fixture(scope="session")
def failed_run(checkout: Checkout) -> str:
    """A run whose first state failed, because its source is gone."""
    folder = checkout.root / ".millrace" / "sources" / "broken"
    dataset = checkout.root / "datasets" / "broken"
    dataset.mkdir()
    weather = (checkout.root / "datasets" / "weather" / "dataset.yaml").read_text()
    (dataset / "dataset.yaml").write_text(weather.replace("weather", "broken"))
    assert not folder.exists()
    done = checkout.millrace("run", "broken")
    assert done.exit_code == 1, done.output
    (found,) = checkout.answer("runs", "broken", "--failed")
    return str(found["run_id"])


def test_a_failed_run_is_listed_and_shown_as_a_tree_with_its_error(checkout, failed_run):
    told = checkout.answer("status", failed_run)

    assert (told["status"], told["error"]) == ("FAILED", "TerminalError")
    by_name = {state["state"]: state for state in told["states"]}
    assert by_name["TakeTurn"]["status"] == "SUCCEEDED"
    assert by_name["Ingest"]["status"] == "FAILED"
    assert "SourceMissing" in by_name["Ingest"]["cause"]
    shown = checkout.millrace("status", failed_run).stdout
    assert "✗ Ingest" in shown
    assert "SourceMissing" in shown


def test_the_log_of_one_state_is_found(checkout, failed_run):
    lines = checkout.answer("logs", failed_run, "ingest")

    assert lines
    assert {line["state"] for line in lines} == {"Ingest"}
    assert any("SourceMissing" in line["text"] for line in lines)
    early = checkout.millrace("logs", failed_run, "etl", "--json")
    assert (early.exit_code, early.stdout.strip()) == (0, "[]")
    assert f"{failed_run} has not come to etl" in early.stderr
    unknown = checkout.millrace("logs", failed_run, "nonsense")
    assert unknown.exit_code == 2
    assert f"{failed_run} has no state 'nonsense'; it has: ReadSpec, TakeTurn" in unknown.output


def test_the_latest_runs_of_every_dataset_are_shown_as_step_functions_knows_them(
    checkout, failed_run
):
    arn = checkout.start("pipeline", {"dataset": "planes"}, name="planes-quiet")
    checkout.finished(arn)
    checkout.answer("pause", "broken", "--reason", "the [source] moves")

    told = {run["run_id"]: run for run in checkout.answer("status")}
    shown = checkout.millrace("status").stdout
    checkout.answer("resume", "broken")

    (listed,) = checkout.answer("runs", "broken")
    found = told[failed_run]
    assert {name: found[name] for name in ("status", "started_at", "ended_at", "redrives")} == {
        name: listed[name] for name in ("status", "started_at", "ended_at", "redrives")
    }
    assert "SourceMissing" in found["cause"]
    assert found["paused"] == "the [source] moves"
    assert (told["planes-quiet"]["status"], told["planes-quiet"]["paused"]) == ("NOTHING_NEW", None)
    # A narrow terminal breaks the cell between its words.
    assert {"broken", "(paused:", "the", "[source]", "moves)"} <= set(shown.split())


def test_a_redrive_goes_on_from_the_failed_state_and_only_from_there(checkout, failed_run):
    refused = checkout.millrace("redrive", failed_run)
    assert refused.exit_code == 1
    assert "FAILED  TerminalError: " in refused.stdout
    assert "SourceMissing" in refused.stdout.splitlines()[-1]

    (checkout.root / ".millrace" / "sources" / "broken").mkdir()
    (told,) = checkout.answer("redrive", "--failed", "--since", "1h")

    assert told == {"run_id": failed_run, "status": "SUCCEEDED", "error": ""}
    states = {state["state"]: state for state in checkout.answer("status", failed_run)["states"]}
    assert states["TakeTurn"]["retries"] == 0
    assert states["Ingest"]["retries"] == 2
    assert find_run(checkout.aws, failed_run).redrives == 2
    assert checkout.answer("redrive", "--failed", "--since", "1h") == []


def test_what_cannot_be_redriven_is_refused_by_name(checkout):
    arn = checkout.start("pipeline", {"dataset": "planes"}, name="planes-fine")
    assert checkout.finished(arn)["status"] == "SUCCEEDED"

    done = checkout.millrace("redrive", "planes-fine")

    assert done.exit_code == 1
    assert "cannot be redriven" in done.output


def test_a_paused_dataset_is_not_started_by_events_until_it_is_resumed(checkout):
    assert checkout.answer("pause", "weather", "--reason", "the source moves")["paused"]
    before = len(checkout.executions("pipeline", "weather-"))
    event = {"dataset": "weather", "cause": "schedule", "key": "while paused"}

    checkout.finished(checkout.start("trigger", event))
    assert len(checkout.executions("pipeline", "weather-")) == before

    assert checkout.answer("resume", "weather")["was_paused"]
    checkout.finished(checkout.start("trigger", event))
    assert len(checkout.executions("pipeline", "weather-")) == before + 1
    assert not checkout.answer("resume", "weather")["was_paused"]


def test_every_state_of_a_run_is_priced_by_a_dated_table(checkout):
    arn = checkout.start("pipeline", {"dataset": "planes"}, name="planes-priced")
    checkout.finished(arn)

    bill = checkout.answer("cost", "planes-priced")

    services = {item["state"]: item["service"] for item in bill["items"]}
    assert services == {"Ingest": "Lambda", "all": "Step Functions"}
    assert bill["dollars"] == pytest.approx(
        sum(item["dollars"] for item in bill["items"]), abs=1e-6
    )
    assert bill["prices"]["as_of"] > "2024"
    assert all("https://aws.amazon.com/" in source for source in bill["prices"]["sources"])


def test_several_datasets_run_in_the_order_of_their_needs(checkout):
    told = checkout.answer("run", "tickets", "weather", "planes")

    ended = {run["dataset"]: run for run in told["runs"]}
    assert {run["status"] for run in ended.values()} == {"SUCCEEDED"}
    assert told["not_run"] == []
    for upstream in ("weather", "planes"):
        assert ended[upstream]["ended_at"] <= ended["tickets"]["started_at"]


def test_the_same_words_work_against_an_account(checkout, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", checkout.aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    account = ("--target", "aws", "--environment", "local")

    run = checkout.answer("run", "planes", *account)["runs"][0]

    assert run["status"] == "SUCCEEDED"
    assert run["run_id"] in {one["run_id"] for one in checkout.answer("runs", "planes", *account)}
    assert checkout.answer("status", run["run_id"], *account)["status"] == "SUCCEEDED"
    assert all(finding["fine"] for finding in checkout.answer("doctor", *account))
    assert checkout.answer("files", "planes", *account) == []


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("status", "nothing-1"), 1, "RunUnknown: no run is called 'nothing-1'"),
        (("runs", "nothing"), 1, "DatasetUnknown: no dataset 'nothing' is published"),
        (("files", "nothing"), 1, "DatasetUnknown: no dataset 'nothing' is published"),
        (("files", "nothing-1"), 1, "RunUnknown: no run is called 'nothing-1'"),
        (("runs", "--target", "aws"), 2, "--target aws needs --environment"),
        (("redrive",), 2, "name one run, or say --failed"),
        (("redrive", "--failed", "--since", "yesterday"), 2, "a number with m, h or d"),
        (("pause", "nothing"), 1, "DatasetUnknown: no dataset 'nothing' is published"),
        (("backfill", "planes", "--from", "1", "--to", "2"), 2, "its source is not incremental"),
        (("watermark", "get", "planes"), 2, "its source is not incremental"),
        (("run",), 2, "name datasets, or say --all"),
        (("runs", "--limit", "0"), 2, ""),
    ],
)
def test_what_is_wrong_is_said_and_told_by_the_exit_status(checkout, words, status, says):
    done = checkout.millrace(*words)

    assert done.exit_code == status, done.output
    assert says in done.output


def test_a_cloud_that_does_not_answer_asks_to_try_again(checkout, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    done = checkout.millrace("runs", "--target", "aws", "--environment", "local")

    assert done.exit_code == 75
    assert "CloudUnavailable" in done.output


def test_a_backfill_takes_its_range_and_leaves_the_watermark(checkout):
    if not (ROOT / "services" / "etl" / ".venv").exists():
        pytest.skip("needs services/etl set up: make setup")
    with closing(sqlite3.connect(checkout.root / ".millrace" / "sources" / "s.db")) as database:
        database.execute("create table sales (id integer primary key)")
        database.executemany("insert into sales values (?)", [(n,) for n in range(1, 11)])
        database.commit()
    folder = checkout.root / "datasets" / "sales"
    folder.mkdir()
    spec = (checkout.root / "datasets" / "weather" / "dataset.yaml").read_text()
    lines = spec.replace("weather", "sales").splitlines()
    source = "source: {kind: sql, url: 'sqlite:///{mount}/s.db', table: sales, key: [id], "
    lines[2] = source + "incremental: {column: id}}"
    lines[3] = "format: {kind: parquet}"
    (folder / "dataset.yaml").write_text("\n".join(lines) + "\n")
    assert checkout.millrace("up").exit_code == 0
    assert checkout.answer("watermark", "get", "sales")["watermark"] is None
    assert checkout.answer("watermark", "set", "sales", "10")["watermark"] == "10"
    for words, says in (
        (("watermark", "set", "sales", "abc"), "'abc' is no bigint"),
        (("watermark", "set", "sales", ""), "watermark reset reads everything again"),
        (("backfill", "sales", "--from", "6", "--to", "6"), "--from 6 is not below --to 6"),
        (("backfill", "sales", "--from", "x", "--to", "6"), "'x' is no bigint"),
    ):
        refused = checkout.millrace(*words)
        assert (refused.exit_code, says in refused.output) == (2, True), refused.output
    assert checkout.answer("watermark", "get", "sales")["watermark"] == "10"

    done = checkout.answer("backfill", "sales", "--from", "3", "--to", "6")

    assert done["status"] == "SUCCEEDED", checkout.millrace("status", done["run_id"]).stdout
    rows = checkout.answer("query", "select id from refined.sales order by id")
    assert [row["id"] for row in rows] == ["3", "4", "5"]
    assert checkout.answer("watermark", "get", "sales")["watermark"] == "10"
    assert checkout.answer("watermark", "reset", "sales")["watermark"] is None
    assert checkout.answer("watermark", "get", "sales")["watermark"] is None


def test_a_statement_that_writes_files_answers_which(checkout):
    folder = f"s3://{checkout.aws.bucket('artifacts')}/athena/unloaded/"
    sql = f"unload (select 1 as n) to '{folder}' with (format = 'PARQUET')"

    (written,) = checkout.answer("query", sql)

    assert written["file"].startswith(folder)


def test_nothing_is_asked_of_a_cloud_on_which_nothing_is_deployed(checkout, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", checkout.aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    for words in (("runs",), ("status",), ("status", "x-1"), ("pause", "x"), ("query", "select 1")):
        done = checkout.millrace(*words, "--target", "aws", "--environment", "prood")

        assert done.exit_code == 1, done.output
        assert "NotDeployed: nothing is deployed there (no /millrace/prood/" in done.output
        assert "look at --environment" in done.output


def test_a_link_in_a_mail_is_not_broken_into_lines(checkout, failed_run):
    shown = checkout.millrace("mail", failed_run).stdout

    links = [line for line in shown.splitlines() if "https://" in line]
    assert links
    assert any(line.endswith(f"millrace-local-pipeline:{failed_run}") for line in links)
