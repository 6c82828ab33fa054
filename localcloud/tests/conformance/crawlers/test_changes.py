"""What a crawl does to tables that are there."""

from __future__ import annotations

import json

import pytest

from .zones import CSV, LEVEL_2, columns, parquet


def test_a_new_column_and_a_new_partition_update_the_table(zone):
    zone.put("t/day=1/a.csv", CSV)
    zone.crawler(Configuration=LEVEL_2)
    zone.crawl()
    before = zone.tables()["t"]
    zone.crawl()
    unchanged = zone.tables()["t"]
    zone.put("t/day=2/a.csv", b"year,origin,delay,carrier\n2013,JFK,1.5,AA\n2013,LGA,2,UA\n")

    zone.crawl()

    assert unchanged["VersionId"] == before["VersionId"]
    assert list(columns(zone.tables()["t"])) == ["year", "origin", "delay", "carrier"]
    by_day = {p["Values"][0]: p for p in zone.partitions("t")}
    assert list(columns(by_day["1"])) == ["year", "origin", "delay"]
    assert list(columns(by_day["2"])) == ["year", "origin", "delay", "carrier"]
    metrics = zone.glue.get_crawler_metrics(CrawlerNameList=[zone.name])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 1)


def test_partitions_take_the_tables_columns_when_they_inherit(zone):
    configuration = {
        "Version": 1.0,
        "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
        "Grouping": {"TableLevelConfiguration": 2},
    }
    zone.put("t/day=1/a.parquet", parquet(a=[1]))
    zone.put("t/day=2/a.parquet", parquet(a=[1], b=["x"]))
    zone.crawler(Configuration=json.dumps(configuration))
    zone.crawl()

    assert [columns(p) for p in zone.partitions("t")] == [{"a": "bigint", "b": "string"}] * 2


def test_a_changed_table_is_left_when_the_policy_is_to_log(zone):
    zone.put("t/a.csv", CSV)
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    zone.crawler(path="t/", SchemaChangePolicy=policy)
    zone.crawl()
    zone.put("t/b.csv", b"year,origin,delay,carrier\n2013,JFK,1.5,AA\n2013,LGA,2,UA\n")

    last = zone.crawl()

    assert list(columns(zone.tables()["t"])) == ["year", "origin", "delay"]
    assert any("Table t has changed" in message for message in zone.logged(last))


@pytest.mark.parametrize("behavior", ["DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE", "LOG"])
def test_what_is_gone_from_s3_is_treated_as_the_policy_says(zone, behavior):
    for key in ("a/day=1/x.csv", "a/day=2/x.csv", "b/x.csv"):
        zone.put(key, CSV)
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": behavior}
    zone.crawler(Configuration=LEVEL_2, SchemaChangePolicy=policy)
    zone.crawl()
    zone.delete("a/day=2/x.csv")
    zone.delete("b/x.csv")

    zone.crawl()

    deleted = behavior == "DELETE_FROM_DATABASE"
    tables, partitions = zone.tables(), zone.partitions("a")
    assert set(tables) == ({"a"} if deleted else {"a", "b"})
    assert {p["Values"][0] for p in partitions} == ({"1"} if deleted else {"1", "2"})
    if not deleted:
        deprecated = behavior == "DEPRECATE_IN_DATABASE"
        assert ("DEPRECATED_BY_CRAWLER" in tables["b"]["Parameters"]) is deprecated
        gone = next(p for p in partitions if p["Values"] == ["2"])
        assert ("DEPRECATED_BY_CRAWLER" in gone["Parameters"]) is deprecated


def test_a_table_of_another_place_keeps_its_name(zone):
    zone.glue.create_database(DatabaseInput={"Name": zone.name})
    mine = {"Name": "t", "StorageDescriptor": {"Location": "s3://elsewhere/t/", "Columns": []}}
    zone.glue.create_table(DatabaseName=zone.name, TableInput=mine)
    zone.put("t/a.csv", CSV)
    zone.crawler(path="t/")
    zone.crawl()

    tables = zone.tables()

    assert tables.pop("t")["StorageDescriptor"]["Location"] == "s3://elsewhere/t/"
    (other,) = tables
    assert other.startswith("t_")


def test_a_crawler_is_updated_member_by_member(zone):
    zone.put("t/a.csv", CSV)
    zone.crawler(path="t/", Description="first")

    zone.glue.update_crawler(Name=zone.name, TablePrefix="p_")

    crawler = zone.glue.get_crawler(Name=zone.name)["Crawler"]
    assert (crawler["Description"], crawler["Version"]) == ("first", 2)
    zone.crawl()
    assert set(zone.tables()) == {"p_t"}
