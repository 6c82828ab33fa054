from __future__ import annotations

import re

import pytest

from millrace_localcloud.glue.crawlers.classifiers.csv_text import CsvRules, classify_csv
from millrace_localcloud.glue.crawlers.classifiers.json_text import classify_json
from millrace_localcloud.glue.crawlers.listing import glob_pattern


def test_a_header_is_found_where_the_rows_below_are_not_all_strings():
    schema = classify_csv("Year,origin,delay,ok\n2013,JFK,1.5,true\n2014,LGA,,false\n", CsvRules())

    assert schema.csv.header
    assert schema.columns == {
        "year": "bigint",
        "origin": "string",
        "delay": "double",
        "ok": "boolean",
    }


def test_rows_of_strings_have_no_header_that_could_be_told_apart():
    schema = classify_csv("origin,dest\nJFK,LAX\nLGA,ORD\n", CsvRules())

    assert not schema.csv.header
    assert schema.columns == {"col0": "string", "col1": "string"}


def test_a_missing_value_of_another_kind_makes_a_column_of_strings():
    schema = classify_csv("n,day\n1,2013-01-01\nNA,2013-01-02\n3,2013-01-03\n", CsvRules())

    assert schema.columns == {"n": "string", "day": "string"}


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";", "\u0001"])
def test_every_delimiter_that_glue_tries_is_found(delimiter):
    lines = [["n", "word"], ["1", "a, b" if delimiter != "," else "a"], ["2", "c"]]

    schema = classify_csv("\n".join(delimiter.join(line) for line in lines), CsvRules())

    assert schema.csv.delimiter == delimiter
    assert list(schema.columns) == ["n", "word"]


def test_quotes_hold_delimiters_and_are_told():
    schema = classify_csv('n,name\n1,"a, b"\n2,"c"\n', CsvRules())

    assert schema.columns == {"n": "bigint", "name": "string"}
    assert schema.csv.quoted


@pytest.mark.parametrize("text", ["just some words\nand others\n", "a,b\n1,2\n", ""])
def test_less_than_two_columns_and_two_rows_of_data_is_not_csv(text):
    assert classify_csv(text, CsvRules()) is None


@pytest.mark.parametrize(
    ("contains", "columns"), [("PRESENT", ["a", "b"]), ("ABSENT", ["col0", "col1"])]
)
def test_a_custom_classifier_decides_about_the_header(contains, columns):
    schema = classify_csv("a;b\nc;d\n", CsvRules(delimiter=";", header=contains))

    assert list(schema.columns) == columns


def test_numbers_too_large_for_bigint_are_doubles():
    schema = classify_csv("a,b\n9223372036854775807,9223372036854775808\n1,2\n", CsvRules())

    assert schema.columns == {"a": "bigint", "b": "double"}


def test_json_records_are_merged_into_one_schema():
    text = (
        '{"Id": 1, "tags": ["a"], "where": {"lat": 1}, "nothing": null}\n'
        '{"Id": 3000000000, "where": {"lat": 1.5, "name": "x"}, "ok": true, "odd": 1}\n'
        '{"odd": "one", "cut'
    )

    assert classify_json(text).columns == {
        "id": "bigint",
        "tags": "array<string>",
        "where": "struct<lat:double,name:string>",
        "nothing": "string",
        "ok": "boolean",
        "odd": "int",
    }


def test_records_over_several_lines_are_records_too():
    assert classify_json('{\n  "a": 1\n}\n{\n  "a": 2.5\n}\n').columns == {"a": "double"}


def test_a_top_level_array_is_one_column():
    schema = classify_json('[{"a": 1}, {"a": 2, "b": "x"}]')

    assert schema.columns == {"array": "array<struct<a:int,b:string>>"}


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "folder/a.csv", False),
        ("**.csv", "folder/a.csv", True),
        ("folder/**", "folder/deep/a.csv", True),
        ("{a,b}/*.json", "b/x.json", True),
        ("{a,b}/*.json", "c/x.json", False),
        ("part-[0-9].txt", "part-5.txt", True),
        ("part-[!0-9].txt", "part-5.txt", False),
        ("day=?", "day=1", True),
    ],
)
def test_exclude_patterns_match_as_glue_says(glob, path, matches):
    assert bool(re.fullmatch(glob_pattern(glob), path)) is matches
