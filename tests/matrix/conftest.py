"""One cloud for the whole matrix, and the table of what came of each break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from broken_cloud import BrokenCloud
from record import Record
from small import BROKEN, make_small_checkout, offer_days
from state_store import chosen_store

RECORD: list[Record] = []


@pytest.fixture(scope="session")
def record() -> Record:
    """Filled by the tests; begins with what passed before, with the same sources."""
    RECORD.append(Record())
    return RECORD[0]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory, record: Record) -> Iterator[BrokenCloud]:
    """Up, with a dataset that has a model and past forecasts of a run that went well."""
    with chosen_store() as state_url:
        checkout = make_small_checkout(tmp_path_factory.mktemp("matrix"), state_url)
        offer_days(checkout, range(70))
        up = checkout.millrace("up")
        assert up.returncode == 0, up.stdout + up.stderr
        made = BrokenCloud(checkout)
        first = made.end(made.start("pipeline", {"dataset": BROKEN}, f"{BROKEN}-first"))
        assert first["type"] == "ExecutionSucceeded", first
        assert made.new_mails() == []
        assert_chosen(made, state_url)
        yield made
        checkout.millrace("down")


def assert_chosen(cloud: BrokenCloud, state_url: str) -> None:
    """Run state is in the store that was asked for, and in no other."""
    told = cloud.client("ssm").get_parameter(Name="/millrace/local/state/url")["Parameter"]
    assert told["Value"] == state_url or (
        not state_url and told["Value"].startswith("dynamodb://")
    ), told
    table = cloud.client("dynamodb").scan(TableName="millrace-local-state")["Items"]
    in_table = any(f"{BROKEN}-first" in item["pk"]["S"] for item in table)
    assert in_table is not bool(state_url), table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if not RECORD:
        return
    terminalreporter.section("fault matrix: the error that was told, once; redriven with success")
    for line in RECORD[0].lines():
        terminalreporter.write_line(line)
