from __future__ import annotations

import gzip
import io
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

DEADLINE_S = 60
CSV = b"year,origin,delay\n2013,JFK,1.5\n2013,LGA,2\n"
LEVEL_2 = json.dumps({"Version": 1.0, "Grouping": {"TableLevelConfiguration": 2}})


@dataclass(frozen=True)
class Zone:
    """A bucket, a database and a crawler of one name."""

    cloud: Any
    name: str

    @property
    def glue(self) -> Any:
        return self.cloud.client("glue")

    def put(self, key: str, body: bytes) -> None:
        self.cloud.client("s3").put_object(Bucket=self.name, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.cloud.client("s3").delete_object(Bucket=self.name, Key=key)

    def crawler(
        self, *, path: str = "", target: dict[str, Any] | None = None, **given: Any
    ) -> None:
        self.glue.create_crawler(
            Name=self.name,
            Role="arn:aws:iam::123456789012:role/glue",
            DatabaseName=self.name,
            Targets={"S3Targets": [{"Path": f"s3://{self.name}/{path}", **(target or {})}]},
            **given,
        )

    def crawl(self) -> dict[str, Any]:
        """Start a crawl and wait for it; answers LastCrawl."""
        self.glue.start_crawler(Name=self.name)
        deadline = time.monotonic() + DEADLINE_S
        while (crawler := self.glue.get_crawler(Name=self.name)["Crawler"])["State"] != "READY":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return dict(crawler["LastCrawl"])

    def tables(self) -> dict[str, Any]:
        found = self.glue.get_tables(DatabaseName=self.name)["TableList"]
        return {table["Name"]: table for table in found}

    def partitions(self, table: str, **given: Any) -> list[Any]:
        asked = {"DatabaseName": self.name, "TableName": table, **given}
        return list(self.glue.get_partitions(**asked)["Partitions"])


@pytest.fixture
def zone(cloud):
    name = f"zone-{uuid.uuid4().hex[:8]}"
    cloud.client("s3").create_bucket(Bucket=name)
    return Zone(cloud, name)


def columns(described: dict[str, Any]) -> dict[str, str]:
    return {c["Name"]: c["Type"] for c in described["StorageDescriptor"]["Columns"]}


def parquet(**values: list[Any]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(values), file)
    return file.getvalue()


def test_each_folder_of_the_level_is_a_table_with_hive_partitions(zone):
    zone.put("flights/ingest_date=2024-01-01/batch=b1/flights.csv", CSV)
    zone.put("flights/ingest_date=2024-01-02/batch=b2/flights.csv", CSV)
    zone.put("weather/ingest_date=2024-01-02/batch=b2/w.json", b'{"temp": 1.5}\n{"temp": 2}\n')
    zone.crawler(Configuration=LEVEL_2, TablePrefix="Raw_")

    last = zone.crawl()

    assert last["Status"] == "SUCCEEDED", last
    flights, weather = zone.tables()["raw_flights"], zone.tables()["raw_weather"]
    assert columns(flights) == {"year": "bigint", "origin": "string", "delay": "double"}
    assert flights["PartitionKeys"] == [
        {"Name": "ingest_date", "Type": "string"},
        {"Name": "batch", "Type": "string"},
    ]
    assert flights["StorageDescriptor"]["Location"] == f"s3://{zone.name}/flights/"
    serde = flights["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"].endswith(".LazySimpleSerDe")
    assert serde["Parameters"] == {"field.delim": ","}
    assert flights["Parameters"]["classification"] == "csv"
    assert flights["Parameters"]["skip.header.line.count"] == "1"
    assert flights["Parameters"]["UPDATED_BY_CRAWLER"] == zone.name
    assert int(flights["Parameters"]["sizeKey"]) == 2 * len(CSV)
    assert columns(weather) == {"temp": "double"}
    found = {tuple(p["Values"]): p["StorageDescriptor"] for p in zone.partitions("raw_flights")}
    assert set(found) == {("2024-01-01", "b1"), ("2024-01-02", "b2")}
    place = f"s3://{zone.name}/flights/ingest_date=2024-01-01/batch=b1/"
    assert found["2024-01-01", "b1"]["Location"] == place


def test_parquet_columns_have_the_types_of_the_file(zone):
    day = datetime(2024, 1, 1, tzinfo=UTC)
    zone.put(
        "facts/part-0.parquet",
        parquet(
            n=pa.array([1], pa.int32()),
            big=pa.array([1]),
            ratio=pa.array([1.5]),
            day=pa.array([day.date()]),
            at=pa.array([day.replace(tzinfo=None)]),
            price=pa.array(["1.25"]).cast(pa.decimal128(9, 2)),
            tags=pa.array([["a"]]),
            where=pa.array([{"lat": 1.5}]),
        ),
    )
    zone.crawler(path="facts/")
    zone.crawl()

    table = zone.tables()["facts"]

    assert columns(table) == {
        "n": "int",
        "big": "bigint",
        "ratio": "double",
        "day": "date",
        "at": "timestamp",
        "price": "decimal(9,2)",
        "tags": "array<string>",
        "where": "struct<lat:double>",
    }
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith(
        "ParquetHiveSerDe"
    )
    assert table["Parameters"]["classification"] == "parquet"
    assert table["Parameters"]["recordCount"] == "1"


def test_folders_of_the_same_records_are_partitions_and_others_are_tables(zone):
    for region in ("east", "west"):
        zone.put(f"lake/sales/{region}/a.csv", CSV)
    zone.put("lake/people/a.json", b'{"name": "x", "age": 3}\n')
    zone.crawler(path="lake")
    zone.crawl()

    tables = zone.tables()

    assert set(tables) == {"sales", "people"}
    assert tables["sales"]["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]
    assert {p["Values"][0] for p in zone.partitions("sales")} == {"east", "west"}


def test_compressed_text_is_read_and_hidden_empty_and_excluded_objects_are_not(zone):
    zone.put("t/a.csv.gz", gzip.compress(CSV))
    zone.put("t/_SUCCESS", b"x,y\n1,2\n3,4\n")
    zone.put("t/.hidden.csv", b"x,y\n1,2\n3,4\n")
    zone.put("t/empty.csv", b"")
    zone.put("t/skip.tmp", b"x,y\n1,2\n3,4\n")
    zone.crawler(path="t/", target={"Exclusions": ["*.tmp"]})
    zone.crawl()

    table = zone.tables()["t"]

    assert list(columns(table)) == ["year", "origin", "delay"]
    assert table["Parameters"]["compressionType"] == "gzip"
    assert table["Parameters"]["objectCount"] == "1"


def test_what_no_classifier_knows_is_a_table_without_columns(zone):
    zone.put("notes/a.txt", b"only words\nand no columns\n")
    zone.crawler(path="notes/")
    zone.crawl()

    table = zone.tables()["notes"]

    assert table["Parameters"]["classification"] == "UNKNOWN"
    assert columns(table) == {}


def test_objects_at_another_depth_than_their_table_are_left_out_and_told(zone):
    for key in ("t/day=1/a.csv", "t/day=2/a.csv", "t/stray.csv"):
        zone.put(key, CSV)
    zone.crawler(Configuration=LEVEL_2)

    last = zone.crawl()

    assert {p["Values"][0] for p in zone.partitions("t")} == {"1", "2"}
    events = zone.cloud.client("logs").get_log_events(
        logGroupName=last["LogGroup"], logStreamName=last["LogStream"]
    )["events"]
    assert any("t/stray.csv: not at the depth" in event["message"] for event in events)


def test_a_target_without_data_succeeds_without_a_table(zone):
    zone.crawler(Configuration=LEVEL_2)

    assert zone.crawl()["Status"] == "SUCCEEDED"
    assert zone.tables() == {}


def test_a_target_without_its_bucket_fails_and_names_it(zone):
    zone.glue.create_crawler(
        Name=zone.name,
        Role="r",
        DatabaseName=zone.name,
        Targets={"S3Targets": [{"Path": "s3://there-is-no-such/"}]},
    )

    last = zone.crawl()

    assert last["Status"] == "FAILED"
    assert "s3://there-is-no-such" in last["ErrorMessage"]
    assert zone.glue.list_crawls(CrawlerName=zone.name)["Crawls"][0]["State"] == "FAILED"


def test_a_format_that_is_not_read_here_is_refused_by_name(zone):
    zone.put("t/a.orc", b"ORC and more")
    zone.crawler(path="t/")

    last = zone.crawl()

    assert last["Status"] == "FAILED"
    assert f"s3://{zone.name}/t/a.orc is ORC" in last["ErrorMessage"]


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
    events = zone.cloud.client("logs").get_log_events(
        logGroupName=last["LogGroup"], logStreamName=last["LogStream"]
    )["events"]
    assert any("Table t has changed" in event["message"] for event in events)


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


def test_a_custom_classifier_reads_what_the_built_in_one_cannot(zone):
    name = f"classifier-{zone.name}"
    classifier = {
        "Name": name,
        "Delimiter": "~",
        "QuoteSymbol": "'",
        "ContainsHeader": "PRESENT",
    }
    zone.glue.create_classifier(CsvClassifier=classifier)
    zone.put("t/a.txt", b"origin~dest\n'J~K'~LAX\nLGA~ORD\n")
    zone.crawler(path="t/", Classifiers=[name])
    zone.crawl()

    table = zone.tables()["t"]

    assert columns(table) == {"origin": "string", "dest": "string"}
    assert table["Parameters"]["skip.header.line.count"] == "1"
    serde = table["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"].endswith("OpenCSVSerde")
    assert serde["Parameters"]["separatorChar"] == "~"
    assert serde["Parameters"]["quoteChar"] == "'"
    held = zone.glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]
    assert (held["ContainsHeader"], held["Version"]) == ("PRESENT", 1)
    zone.glue.update_classifier(CsvClassifier={"Name": name, "ContainsHeader": "ABSENT"})
    assert zone.glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]["Version"] == 2
    zone.glue.delete_classifier(Name=name)
    with pytest.raises(zone.glue.exceptions.EntityNotFoundException):
        zone.glue.get_classifier(Name=name)


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
    assert (crawls[0]["EndTime"] - crawls[0]["StartTime"]).total_seconds() < 5


def test_a_fault_fails_the_crawl(zone):
    zone.put("t/a.csv", CSV)
    zone.crawler(path="t/")
    fault = {"service": "glue-crawler", "name": zone.name, "times": 1}
    zone.cloud.control("POST", "faults", fault)

    assert zone.crawl()["Status"] == "FAILED"
    assert zone.crawl()["Status"] == "SUCCEEDED"


def test_a_running_crawler_cannot_start_again_and_can_be_stopped(zone):
    large = b"n,word\n" + b"".join(b"%d,word %d\n" % (n, n) for n in range(2000))
    for number in range(300):
        zone.put(f"t/day={number}/a.csv", large)
    zone.crawler(Configuration=LEVEL_2)
    zone.glue.start_crawler(Name=zone.name)

    with pytest.raises(zone.glue.exceptions.CrawlerRunningException):
        zone.glue.start_crawler(Name=zone.name)
    zone.glue.stop_crawler(Name=zone.name)

    deadline = time.monotonic() + DEADLINE_S
    while zone.glue.get_crawler(Name=zone.name)["Crawler"]["State"] != "READY":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    last = zone.glue.get_crawler(Name=zone.name)["Crawler"]["LastCrawl"]
    assert last["Status"] == "CANCELLED"


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
        zone.glue.create_crawler(Name=zone.name, Role="r", DatabaseName="d", **given)

    assert refused.value.response["Error"]["Code"] == "InvalidInputException"


def test_a_crawler_is_updated_member_by_member(zone):
    zone.put("t/a.csv", CSV)
    zone.crawler(path="t/", Description="first")

    zone.glue.update_crawler(Name=zone.name, TablePrefix="p_")

    crawler = zone.glue.get_crawler(Name=zone.name)["Crawler"]
    assert (crawler["Description"], crawler["Version"]) == ("first", 2)
    zone.crawl()
    assert set(zone.tables()) == {"p_t"}
