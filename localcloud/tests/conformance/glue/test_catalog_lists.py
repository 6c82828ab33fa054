from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def table(aws):
    glue = aws.client("glue")
    database = aws.database(f"lists_{uuid.uuid4().hex[:8]}")
    keys = [{"Name": "year", "Type": "bigint"}, {"Name": "day", "Type": "string"}]
    glue.create_table(DatabaseName=database, TableInput={"Name": "flights", "PartitionKeys": keys})
    for year in (2013, 2014, 2015):
        for day in ("01", "02"):
            descriptor = {"Columns": [{"Name": "n", "Type": "int"}], "Location": "s3://b/"}
            glue.create_partition(
                DatabaseName=database,
                TableName="flights",
                PartitionInput={"Values": [str(year), day], "StorageDescriptor": descriptor},
            )
    return {"DatabaseName": database, "TableName": "flights"}


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("", 6),
        ("year = 2013", 2),
        ("year = '2013' AND day = '02'", 1),
        ("year > 2013 and year <= 2015", 4),
        ("year <> 2014", 4),
        ("year IN (2013, 2015)", 4),
        ("year NOT IN (2013)", 4),
        ("year BETWEEN 2014 AND 2015", 4),
        ("day LIKE '%2'", 3),
        ("(year = 2013 OR year = 2014) AND day = '01'", 2),
        ("day IS NOT NULL", 6),
    ],
)
def test_partitions_are_found_by_expression(aws, table, expression, values):
    found = aws.client("glue").get_partitions(**table, Expression=expression)["Partitions"]

    assert len(found) == values


def test_partitions_come_in_pages_and_segments(aws, table):
    glue = aws.client("glue")
    pages = list(
        glue.get_paginator("get_partitions").paginate(
            **table, PaginationConfig={"PageSize": 4}, ExcludeColumnSchema=True
        )
    )
    segments = [
        glue.get_partitions(**table, Segment={"SegmentNumber": number, "TotalSegments": 2})
        for number in range(2)
    ]

    assert [len(page["Partitions"]) for page in pages] == [4, 2]
    assert "Columns" not in pages[0]["Partitions"][0]["StorageDescriptor"]
    assert sorted(p["Values"] for s in segments for p in s["Partitions"]) == sorted(
        p["Values"] for page in pages for p in page["Partitions"]
    )


def test_tables_come_in_pages_by_name(aws, table):
    glue = aws.client("glue")
    database = table["DatabaseName"]
    for name in ("weather", "airports"):
        glue.create_table(DatabaseName=database, TableInput={"Name": name})

    pages = glue.get_paginator("get_tables").paginate(
        DatabaseName=database, PaginationConfig={"PageSize": 2}
    )

    names = [[each["Name"] for each in page["TableList"]] for page in pages]
    assert names == [["airports", "flights"], ["weather"]]
    for expression in ("f.*", "f*", "flights", ".*gh.*"):
        matched = glue.get_tables(DatabaseName=database, Expression=expression)["TableList"]
        assert [each["Name"] for each in matched] == ["flights"]
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.get_tables(DatabaseName=database, Expression="(")
