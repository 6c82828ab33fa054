"""A line that is cut at its delimiters has the values that Spark's parser of CSV finds in it."""

import random

import pytest
from pyspark.sql import functions as F

from millrace_contracts.dataset.formats import CsvFormat
from millrace_etl.columns.rules import text_name
from millrace_etl.spark.csv_lines import CORRUPT, csv_options, line_texts, text_schema

NAMES = ("a", "b c", "d")


def lines_of(csv):
    """Lines of up to five values, made of what might be taken for something else."""
    draw = random.Random(7)
    parts = ["", csv.null_value, " ", "x", "é", "\\", "'", "#", "\t", "\u2028", "\0", "N", "-1.5e3"]
    quoted = [csv.quote, csv.quote * 2, f"{csv.quote}x{csv.delimiter}y{csv.quote}"]
    found = {
        csv.delimiter.join(
            "".join(draw.choices(parts + quoted * (number % 3 == 0), k=draw.randrange(3)))
            for _ in range(draw.randrange(1, 6))
        )
        for number in range(3000)
    }
    return sorted(line for line in found if line)


@pytest.mark.parametrize(
    "told",
    [
        {"null_value": "NA"},
        {"delimiter": "|"},
        {"delimiter": "\t", "quote": "'", "null_value": "\\"},
        {"delimiter": "^", "null_value": "N"},
    ],
)
def test_a_line_has_the_values_that_the_parser_finds(session, told):
    csv = CsvFormat(kind="csv", **told)
    lines = session.createDataFrame([(line,) for line in lines_of(csv)], "value STRING")

    found = line_texts(lines, csv, NAMES, ["value"])

    row = F.from_csv("value", text_schema(NAMES), csv_options(csv)).alias("row")
    parsed = lines.select("value", row).select(
        "value",
        *[F.col("row")[name].alias(text_name(name)) for name in NAMES],
        F.col("row")[CORRUPT].isNotNull().alias(CORRUPT),
    )
    seen = {line["value"]: tuple(line) for line in found.collect()}
    expected = {line["value"]: tuple(line) for line in parsed.collect()}
    assert len(expected) > 1000
    assert {line: seen[line] for line in expected if seen[line] != expected[line]} == {}
