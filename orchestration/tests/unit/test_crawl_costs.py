"""What a crawl in an account cost, by what Glue tells of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from millrace.aws import Aws
from millrace.costing import load_prices, make_bill
from millrace.costing.bill import FunctionSize, Known
from millrace.costing.crawls import told_crawls
from millrace.runs import State

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def waited(until: float) -> State:
    return State(
        "CrawlLanding",
        "Task",
        NOON,
        after(until),
        took_s=until,
        attempts=1,
        resource="states startExecution.sync:2",
        parameters={"Input": {"crawler": "millrace-prod-landing"}},
    )


@pytest.fixture
def glue(aws: Aws) -> Iterator[Stubber]:
    with Stubber(aws.client("glue")) as stubbed:
        yield stubbed


def tell(glue: Stubber, *crawls: dict[str, object], **more: str) -> None:
    asked = {"CrawlerName": "millrace-prod-landing", "MaxResults": 100}
    glue.add_response("list_crawls", {"Crawls": list(crawls), **more}, asked)


def dollars(aws: Aws, state: State) -> tuple[str, float | None]:
    known = Known(lambda _: FunctionSize(1, "arm64"), told_crawls(aws))
    crawl, _ = make_bill([state], load_prices(), known).items
    return crawl.used, crawl.dollars


def crawl(began: float, ended: float, dpu_hours: float) -> dict[str, object]:
    return {"StartTime": after(began), "EndTime": after(ended), "DPUHour": dpu_hours}


def test_the_crawl_that_ended_while_the_state_waited_is_billed_with_its_own_dpus(aws, glue):
    tell(glue, crawl(2000, 2900, 9.0), crawl(100, 1000, 0.75), crawl(-900, -100, 8.0))

    used, cost = dollars(aws, waited(1010))

    assert used == "3 DPU for 900 s"
    assert cost == pytest.approx(0.75 * 0.44)


def test_a_short_crawl_is_billed_for_the_minimum(aws, glue):
    tell(glue, crawl(10, 70, 0.05))

    used, cost = dollars(aws, waited(80))

    assert used == "3 DPU for 600 s"
    assert cost == pytest.approx(600 / 3600 * 3 * 0.44)


def test_where_glue_tells_of_no_crawl_the_tables_dpus_are_assumed(aws, glue):
    tell(glue, crawl(-900, -100, 8.0))
    prices = load_prices()

    used, cost = dollars(aws, waited(30))

    assert used == f"{prices.crawler_dpu:g} DPU for 600 s"
    assert cost == pytest.approx(600 / 3600 * prices.crawler_dpu * prices.dpu_hour)


def test_a_laptops_crawls_are_not_asked_for(aws):
    laptop = replace(aws, endpoint="http://127.0.0.1:9")

    assert told_crawls(laptop)(waited(30)) is None
