"""Lines of CSV files as texts, one for each column.

Spark's parser of CSV takes a quarter of a run. A line without a quote needs none: it is cut at its
delimiters, which gives what the parser gives. Lines with a quote are parsed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from millrace_contracts.dataset.formats import CsvFormat
from millrace_etl.columns.rules import text_name
from millrace_etl.columns.sql import quoted_name, quoted_text

CORRUPT = "_corrupt"
"""Column in which Spark's parser keeps a row that has not as many values as columns."""
_META = frozenset(".$|()[{^?*+\\")
"""Characters that mean something in a regular expression."""


def line_texts(
    lines: DataFrame, csv: CsvFormat, columns: Sequence[str], beside: Sequence[str | Column]
) -> DataFrame:
    """The lines in ``value`` as one column for each text, after what stands beside them.

    Args:
        lines: With the column ``value``.
        csv: How they are written.
        columns: Names of the file's columns.
        beside: What is kept of ``lines``, and of ``_quoted``: whether a line has a quote.

    Returns:
        Those, a column ``_text_<name>`` for each of ``columns``, and ``_corrupt``: whether the line
        has another number of values.
    """
    # A line that begins with NUL is a comment to the parser, and others with one are left to it.
    quoted = F.col("value").contains(csv.quote)
    is_parsed = quoted | F.col("value").contains("\0")
    cut = F.expr(f"split(value, {_pattern(csv.delimiter)}, -1)")
    # Spark generates no code for a step that calls its parser: the plain cut is a step of its own.
    odd = F.when(is_parsed, _parsed(csv, columns)).when(
        _lacks_some(csv), _without_missing(csv, cut)
    )
    found = lines.select("*", quoted.alias("_quoted"), odd.alias("_odd")).select(
        *beside, F.when(F.col("_odd").isNull(), cut).otherwise(F.col("_odd")).alias("_texts")
    )
    return found.select(
        *[name for name in found.columns if name != "_texts"],
        *[
            F.expr(f"get(_texts, {place})").alias(text_name(name))
            for place, name in enumerate(columns)
        ],
        F.expr(f"size(_texts) <> {len(columns)}").alias(CORRUPT),
    )


def _pattern(delimiter: str) -> str:
    return quoted_text(f"\\{delimiter}" if delimiter in _META else delimiter)


def _lacks_some(csv: CsvFormat) -> Column:
    """Whether a line without a quote may have a value that is missing."""
    line, delimiter = F.col("value"), csv.delimiter
    empty = line.contains(delimiter * 2) | line.startswith(delimiter) | line.endswith(delimiter)
    return empty | line.contains(csv.null_value) if csv.null_value else empty


def _without_missing(csv: CsvFormat, cut: Column) -> Column:
    missing = sorted({"", csv.null_value})
    return F.transform(cut, lambda text: F.when(~text.isin(missing), text))


def _parsed(csv: CsvFormat, columns: Sequence[str]) -> Column:
    """Texts of any line; one too many where it has not as many values as there are columns."""
    row = F.from_csv("value", text_schema(columns), csv_options(csv))

    def listed(each: Column) -> Column:
        texts = F.array(*[each[name] for name in columns])
        wrong = F.concat(texts, F.array(F.lit(None).cast("string")))
        return F.when(each[CORRUPT].isNull(), texts).otherwise(wrong)

    # Bound to a name, so that it is parsed once and not for each of its texts.
    return F.transform(F.array(row), listed)[0]


def text_schema(columns: Sequence[str]) -> str:
    """Every column a string, and the one of rows that are none."""
    return ", ".join(f"{quoted_name(name)} STRING" for name in (*columns, CORRUPT))


def csv_options(csv: CsvFormat) -> dict[str, str]:
    """Options of Spark's parser ("CSV Files", Spark SQL guide)."""
    return {
        "sep": csv.delimiter,
        "quote": csv.quote,
        "escape": csv.quote,
        "nullValue": csv.null_value,
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": CORRUPT,
    }
