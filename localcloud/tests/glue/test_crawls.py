"""What crawls do here that AWS does in another way, or not at all."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from conformance.crawlers.zones import CSV, LEVEL_2, Zone, parquet


@pytest.fixture
def zone(cloud):
    name = f"zone-{uuid.uuid4().hex[:8]}"
    cloud.client("s3").create_bucket(Bucket=name)
    return Zone(cloud.client, name, "arn:aws:iam::123456789012:role/glue")


def test_objects_at_another_depth_than_their_table_are_left_out_and_told(zone):
    for key in ("t/day=1/a.csv", "t/day=2/a.csv", "t/stray.csv"):
        zone.put(key, CSV)
    zone.crawler(Configuration=LEVEL_2)

    last = zone.crawl()

    assert {p["Values"][0] for p in zone.partitions("t")} == {"1", "2"}
    assert any("t/stray.csv: not at the depth" in message for message in zone.logged(last))


def test_a_format_that_is_not_read_here_is_refused_by_name(zone):
    zone.put("t/a.orc", b"ORC and more")
    zone.crawler(path="t/")

    last = zone.crawl()

    assert last["Status"] == "FAILED"
    assert f"s3://{zone.name}/t/a.orc is ORC" in last["ErrorMessage"]


def test_a_crawl_begins_after_it_was_asked_for_and_is_short(zone):
    for number in range(15):
        zone.put(f"t/day={number}/a.parquet", parquet(a=list(range(100))))
    zone.crawler(Configuration=LEVEL_2)
    zone.crawl()
    asked_at = datetime.now(UTC)

    last = zone.crawl()

    assert last["StartTime"] >= asked_at
    crawls = zone.glue.list_crawls(CrawlerName=zone.name)["Crawls"]
    assert [crawl["State"] for crawl in crawls] == ["COMPLETED", "COMPLETED"]
    assert crawls[0]["StartTime"] > crawls[1]["StartTime"]
    assert (crawls[0]["EndTime"] - crawls[0]["StartTime"]).total_seconds() < 60


def test_a_fault_fails_the_crawl(cloud, zone):
    zone.put("t/a.csv", CSV)
    zone.crawler(path="t/")
    fault = {"service": "glue-crawler", "name": zone.name, "times": 1}
    cloud.control("POST", "faults", fault)

    assert zone.crawl()["Status"] == "FAILED"
    assert zone.crawl()["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"Schedule": "cron(0 6 * * ? *)"}, "Schedule"),
        ({"Targets": {"JdbcTargets": [{"ConnectionName": "c", "Path": "p"}]}}, "JdbcTargets"),
        ({"Configuration": "{"}, "Configuration"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE"),
    ],
)
def test_what_does_not_work_here_is_refused_by_name(zone, changed, named):
    given = {"Targets": {"S3Targets": [{"Path": f"s3://{zone.name}/"}]}, **changed}

    with pytest.raises(ClientError, match=named) as refused:
        zone.glue.create_crawler(Name=zone.name, Role=zone.role, DatabaseName="d", **given)

    assert refused.value.response["Error"]["Code"] == "InvalidInputException"
