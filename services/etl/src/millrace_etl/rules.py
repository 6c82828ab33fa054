"""The rules a row must keep, as Spark SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from millrace_contracts.dataset import Column
from millrace_etl.sql import quoted_name, quoted_text

_FOUND_CHARACTERS = 200
"""Longest part of a bad value that is quoted in a reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one column."""

    column: str
    text: str
    """As a person reads it: ``range [0, 24]``."""
    broken: str
    """SQL, true or false and never null."""


def text_name(column: str) -> str:
    """Name under which a column's text as it was read stands beside its typed value."""
    return f"_text_{column}"


def column_rules(column: Column) -> tuple[Rule, ...]:
    """Rules of one column, over its typed value and its text."""
    value = quoted_name(column.name)
    text = quoted_name(text_name(column.name))
    rules = []
    if column.type != "string":
        rules.append(
            Rule(column.name, f"type {column.type}", f"({text} IS NOT NULL AND {value} IS NULL)")
        )
    if column.required:
        rules.append(Rule(column.name, "required", f"({text} IS NULL)"))
    if column.range is not None:
        low, high = column.range
        outside = [f"{value} < {_number(low)}"] if low is not None else []
        outside += [f"{value} > {_number(high)}"] if high is not None else []
        if outside:
            rules.append(
                Rule(
                    column.name,
                    f"range [{_bound(low)}, {_bound(high)}]",
                    f"({value} IS NOT NULL AND ({' OR '.join(outside)}))",
                )
            )
    if column.pattern is not None:
        whole = quoted_text(rf"\A(?:{column.pattern})\z")
        rules.append(
            Rule(
                column.name,
                f"pattern {column.pattern}",
                f"({value} IS NOT NULL AND NOT {value} RLIKE {whole})",
            )
        )
    if column.enum is not None:
        allowed = ", ".join(map(quoted_text, column.enum))
        rules.append(
            Rule(
                column.name,
                f"enum {', '.join(column.enum)}",
                f"({value} IS NOT NULL AND {value} NOT IN ({allowed}))",
            )
        )
    return tuple(rules)


def good_sql(columns: Iterable[Column]) -> str:
    """True for a row that breaks no rule; over the columns and ``_structure``."""
    broken = ["_structure IS NOT NULL"]
    broken += [rule.broken for column in columns for rule in column_rules(column)]
    return f"NOT ({' OR '.join(broken)})"


def reasons_sql(columns: Iterable[Column]) -> str:
    """Array of every rule a row broke, each as ``column: rule: found``."""
    reasons = ["_structure"]
    for column in columns:
        found = (
            f"coalesce(left({quoted_name(text_name(column.name))}, {_FOUND_CHARACTERS}), 'null')"
        )
        reasons += [
            f"CASE WHEN _structure IS NULL AND {rule.broken} THEN "
            f"concat({quoted_text(f'{rule.column}: {rule.text}: ')}, {found}) END"
            for rule in column_rules(column)
        ]
    return f"filter(array({', '.join(reasons)}), reason -> reason IS NOT NULL)"


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _number(value: float) -> str:
    """A whole number without a fraction, so that big integers are compared exactly."""
    return f"{int(value)}" if value.is_integer() and abs(value) < 2**53 else f"{value!r}D"
