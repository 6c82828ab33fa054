"""The rules a row must keep, as Spark SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from millrace_contracts.dataset import Column, RuledColumn
from millrace_etl.columns.sql import quoted_name, quoted_text

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
    unwritable: bool = False
    """True when the row has no value that could be written: no warning will do."""


BAD = "_bad"
"""Column in which a transform tells why a row is bad."""
WITHHELD = "[withheld]"
"""Stands in quarantine for a person's data."""


def missing_name(column: str) -> str:
    """Flag of a row whose value is not in the table that its column references."""
    return f"_missing_{column}"


def taken_name(column: str) -> str:
    """Flag of a row whose value another row has, in a column of unique ones."""
    return f"_taken_{column}"


def text_name(column: str) -> str:
    """Name under which a column's text as it was read stands beside its typed value."""
    return f"_text_{column}"


def column_rules(column: Column, value: str | None = None) -> tuple[Rule, ...]:
    """Rules of one column, over its typed value, its text and the flags of ``look_up``.

    Args:
        column: The declared column.
        value: SQL of the typed value, if it is not to be the column of its name.
    """
    value = value or quoted_name(column.name)
    presence = _presence_rules(column, value)
    return (*presence, *_value_rules(column, value), *_lookup_rules(column))


def _presence_rules(column: Column, value: str) -> Iterator[Rule]:
    text = quoted_name(text_name(column.name))
    if column.type != "string":
        broken = f"({value} IS NULL AND {text} IS NOT NULL)"
        yield Rule(column.name, f"type {column.type}", broken, unwritable=True)
    if column.required:
        yield Rule(column.name, "required", f"({text} IS NULL)")


def _value_rules(column: RuledColumn, value: str) -> Iterator[Rule]:
    if column.range is not None:
        low, high = column.range
        outside = [f"{value} < {_number(low)}"] if low is not None else []
        outside += [f"{value} > {_number(high)}"] if high is not None else []
        if outside:
            broken = f"({value} IS NOT NULL AND ({' OR '.join(outside)}))"
            yield Rule(column.name, f"range [{_bound(low)}, {_bound(high)}]", broken)
    if column.pattern is not None:
        whole = quoted_text(rf"\A(?:{column.pattern})\z")
        broken = f"({value} IS NOT NULL AND NOT {value} RLIKE {whole})"
        yield Rule(column.name, f"pattern {column.pattern}", broken)
    if column.enum is not None:
        allowed = ", ".join(map(quoted_text, column.enum))
        broken = f"({value} IS NOT NULL AND {value} NOT IN ({allowed}))"
        yield Rule(column.name, f"enum {', '.join(column.enum)}", broken)


def _lookup_rules(column: RuledColumn) -> Iterator[Rule]:
    if column.references is not None:
        target = f"{column.references.dataset}.{column.references.column}"
        yield Rule(column.name, f"references {target}", quoted_name(missing_name(column.name)))
    if column.unique:
        yield Rule(column.name, "unique", quoted_name(taken_name(column.name)))


def good_sql(columns: Iterable[Column], values: Mapping[str, str]) -> str:
    """True for a row that breaks no rule; over ``_structure``, texts, flags and values.

    Args:
        columns: The declared columns.
        values: SQL of typed values that are not to be the columns of their names.
    """
    return _none_broken(
        rule for column in columns for rule in column_rules(column, values.get(column.name))
    )


def writable_sql(columns: Iterable[Column], values: Mapping[str, str]) -> str:
    """True for a row that can be written, whatever other rules it breaks; see ``good_sql``."""
    every = (rule for column in columns for rule in column_rules(column, values.get(column.name)))
    return _none_broken(rule for rule in every if rule.unwritable)


def _none_broken(rules: Iterable[Rule]) -> str:
    """Spark works a value out once only where all its uses are: ``|`` leaves none of them out."""
    broken = ["_structure IS NOT NULL", *(rule.broken for rule in rules)]
    return f"({' | '.join(f'CAST({each} AS int)' for each in broken)}) = 0"


def reasons_sql(columns: Iterable[Column]) -> str:
    """Array of every rule a row broke, each as ``column: rule: found``."""
    reasons = ["_structure"]
    for column in columns:
        found = quoted_text(WITHHELD)
        if column.pii is None:
            text = quoted_name(text_name(column.name))
            found = f"coalesce(left({text}, {_FOUND_CHARACTERS}), 'null')"
        reasons += [
            f"CASE WHEN _structure IS NULL AND {rule.broken} THEN "
            f"concat({quoted_text(f'{rule.column}: {rule.text}: ')}, {found}) END"
            for rule in column_rules(column)
        ]
    return f"filter(array({', '.join(reasons)}), reason -> reason IS NOT NULL)"


def refined_rules(column: RuledColumn) -> tuple[Rule, ...]:
    """Rules of one column of what the transform gives, over its value and ``look_up``'s flags."""
    missing = f"({quoted_name(column.name)} IS NULL)"
    required = (Rule(column.name, "required", missing),) if column.required else ()
    values = _value_rules(column, quoted_name(column.name))
    return (*required, *values, *_lookup_rules(column))


def broken_after_sql(columns: Iterable[RuledColumn]) -> str:
    """True for a row of the transform that breaks a rule."""
    broken = [rule.broken for column in columns for rule in refined_rules(column)]
    return f"({' OR '.join(broken)})" if broken else "false"


def reasons_after_sql(columns: Iterable[RuledColumn], *, told: bool) -> str:
    """Array of every reason why a row of the transform is bad.

    Args:
        columns: Those with rules.
        told: Whether the transform tells reasons of its own, in the column ``_bad``.
    """
    reasons = [f"concat('transform: ', {quoted_name(BAD)})"] if told else []
    for column in columns:
        text = f"CAST({quoted_name(column.name)} AS STRING)"
        found = f"coalesce(left({text}, {_FOUND_CHARACTERS}), 'null')"
        reasons += [
            f"CASE WHEN {rule.broken} THEN "
            f"concat({quoted_text(f'refined {rule.column}: {rule.text}: ')}, {found}) END"
            for rule in refined_rules(column)
        ]
    return f"filter(array({', '.join(reasons)}), reason -> reason IS NOT NULL)"


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _number(value: float) -> str:
    """A whole number without a fraction, so that big integers are compared exactly."""
    return f"{int(value)}" if value.is_integer() and abs(value) < 2**53 else f"{value!r}D"
