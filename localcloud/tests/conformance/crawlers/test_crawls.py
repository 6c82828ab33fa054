"""Crawls as they are started, stopped and told of."""

from __future__ import annotations

import pytest

from .zones import LEVEL_2


def test_a_running_crawler_cannot_start_again_and_can_be_stopped(zone):
    large = b"n,word\n" + b"".join(b"%d,word %d\n" % (n, n) for n in range(2000))
    for number in range(300):
        zone.put(f"t/day={number}/a.csv", large)
    zone.crawler(Configuration=LEVEL_2)
    zone.glue.start_crawler(Name=zone.name)

    with pytest.raises(zone.glue.exceptions.CrawlerRunningException):
        zone.glue.start_crawler(Name=zone.name)
    zone.glue.stop_crawler(Name=zone.name)

    assert zone.ready()["Status"] == "CANCELLED"


def test_a_target_without_its_bucket_fails_and_names_it(zone):
    zone.glue.create_crawler(
        Name=zone.name,
        Role=zone.role,
        DatabaseName=zone.name,
        Targets={"S3Targets": [{"Path": "s3://there-is-no-such/"}]},
    )

    last = zone.crawl()

    assert last["Status"] == "FAILED"
    assert "s3://there-is-no-such" in last["ErrorMessage"]
    assert zone.glue.list_crawls(CrawlerName=zone.name)["Crawls"][0]["State"] == "FAILED"
