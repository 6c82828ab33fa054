"""Tables that crawlers make of what they find."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from .zones import CSV, LEVEL_2, columns, parquet


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


def test_a_target_without_data_succeeds_without_a_table(zone):
    zone.crawler(Configuration=LEVEL_2)

    assert zone.crawl()["Status"] == "SUCCEEDED"
    assert zone.tables() == {}
