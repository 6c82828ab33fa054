"""CASE, IF, COALESCE, NULLIF, TRY and the special forms that look like functions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from millrace_localcloud.athena.comparisons import compare
from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce, handles
from millrace_localcloud.athena.types import BIGINT, BOOLEAN, UNKNOWN, Type, common, field_name


def unified(values: Sequence[Typed], node: exp.Expression, place: Place, what: str) -> Type:
    """The common type of alternatives."""
    kind = UNKNOWN
    for value in values:
        met = common(kind, value.kind)
        if met is None:
            text = (
                f"{what} must be the same type or coercible to a common type: {kind} vs "
                f"{value.kind}"
            )
            place.translation.fail("TYPE_MISMATCH", text, node)
        kind = met
    return kind


@handles(exp.Case)
def case(node: exp.Case, place: Place) -> Typed:
    """Both forms of CASE."""
    operand = place.typed(node.this) if node.this is not None else None
    conditions = []
    for one in node.args["ifs"]:
        if operand is None:
            conditions.append(place.typed_as(one.this, BOOLEAN, "CASE WHEN clause").sql)
        else:
            conditions.append(compare(operand, place.typed(one.this), "=", one, place).sql)
    results = [place.typed(one.args["true"]) for one in node.args["ifs"]]
    default = node.args.get("default")
    otherwise = place.typed(default) if default is not None else Typed("NULL", UNKNOWN)
    kind = unified([*results, otherwise], node, place, "All CASE results")
    whens = " ".join(
        f"WHEN {condition} THEN {coerce(result, kind).sql}"
        for condition, result in zip(conditions, results, strict=True)
    )
    return Typed(f"CASE {whens} ELSE {coerce(otherwise, kind).sql} END", kind)


@handles(exp.If)
def if_function(node: exp.If, place: Place) -> Typed:
    """``IF(condition, a[, b])``."""
    condition = place.typed_as(node.this, BOOLEAN, "IF condition")
    true = place.typed(node.args["true"])
    false = node.args.get("false")
    otherwise = place.typed(false) if false is not None else Typed("NULL", UNKNOWN)
    kind = unified([true, otherwise], node, place, "Result types for IF")
    first, second = coerce(true, kind).sql, coerce(otherwise, kind).sql
    return Typed(f"CASE WHEN {condition.sql} THEN {first} ELSE {second} END", kind)


@special("coalesce")
def coalesce(node: exp.Anonymous, place: Place) -> Typed:
    """The first value that is not NULL."""
    values = [place.typed(one) for one in node.expressions]
    if len(values) < 2:
        text = "The 'coalesce' function must have at least two arguments"
        place.translation.fail("INVALID_ARGUMENTS", text, node)
    kind = unified(values, node, place, "All COALESCE operands")
    if kind.base == "row":
        values = [_told_apart(coerce(one, kind)) for one in values]
    return Typed(f"coalesce({', '.join(coerce(one, kind).sql for one in values)})", kind)


def _told_apart(value: Typed) -> Typed:
    """A row that is not NULL and holds nothing else: releases of Trino pass over it, or do not."""
    names = (field_name(value.kind, index) for index in range(len(value.kind.args)))
    nothing = " AND ".join(f"struct_extract({value.sql}, '{name}') IS NULL" for name in names)
    text = "the local cloud does not support COALESCE of a row whose fields are all NULL"
    wrong = f"({value.sql} IS NOT NULL AND {nothing})"
    return Typed(checked(value.sql, wrong, "NOT_SUPPORTED", text), value.kind)


@special("nullif")
def nullif(node: exp.Anonymous, place: Place) -> Typed:
    """NULL when both are equal, else the first."""
    if len(node.expressions) != 2:
        text = "Invalid number of arguments for 'nullif' function"
        place.translation.fail("INVALID_ARGUMENTS", text, node)
    first, second = (place.typed(one) for one in node.expressions)
    same = compare(first, second, "=", node, place).sql
    return Typed(f"CASE WHEN {same} THEN NULL ELSE {first.sql} END", first.kind)


@special("try")
def try_function(node: exp.Anonymous, place: Place) -> Typed:
    """NULL instead of the errors that Trino's TRY catches."""
    if len(node.expressions) != 1:
        text = "The 'try' function must have exactly one argument"
        place.translation.fail("INVALID_ARGUMENTS", text, node)
    value = place.typed(node.expressions[0])
    return Typed(f"TRY({value.sql})", value.kind)


@special("row")
def row_constructor(node: exp.Anonymous, place: Place) -> Typed:
    """``ROW(a, b)``."""
    from millrace_localcloud.athena.constructors import row

    return row([place.typed(one) for one in node.expressions])


@special("typeof")
def type_of(node: exp.Anonymous, place: Place) -> Typed:
    """The type's name."""
    from millrace_localcloud.athena.literals import string

    return string(str(place.typed(node.expressions[0]).kind))


@special("grouping")
def grouping(node: exp.Anonymous, place: Place) -> Typed:
    """Which of the columns the row's grouping set leaves out, as bits."""
    listed = ", ".join(place.typed(one).sql for one in node.expressions)
    return Typed(f"CAST(grouping({listed}) AS BIGINT)", BIGINT)


@handles(exp.Extract)
def extract(node: exp.Extract, place: Place) -> Typed:
    """``EXTRACT(YEAR FROM x)`` is ``year(x)``."""
    name = str(node.this.name).lower()
    functions = {"dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week"}
    name = functions.get(name, name)
    known = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
    zoned = ("timezone_hour", "timezone_minute")
    if name not in (*known, *zoned, "day_of_month", *functions.values()):
        place.translation.fail("SYNTAX_ERROR", f"Invalid EXTRACT field: {name}", node)
    return place.typed(exp.Anonymous(this=name, expressions=[node.expression.copy()]))


@handles(exp.Trim)
def trim(node: exp.Trim, place: Place) -> Typed:
    """``TRIM([BOTH] [x] FROM y)``."""
    place.translation.only(node, "this", "expression", "position")
    side = str(node.args.get("position") or "BOTH").upper()
    name = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
    written = [node.this, *([node.expression] if node.expression else [])]
    return scalar(name, [place.typed(one) for one in written], node, place)


@handles(exp.StrPosition)
def position_in(node: exp.StrPosition, place: Place) -> Typed:
    """``POSITION(x IN y)``."""
    values = [place.typed(node.this), place.typed(node.args["substr"])]
    return scalar("strpos", values, node, place)


@handles(exp.Substring)
def substring(node: exp.Substring, place: Place) -> Typed:
    """``SUBSTRING(x FROM a FOR b)`` and ``substring(x, a, b)``."""
    written = [node.args.get(name) for name in ("this", "start", "length")]
    return scalar("substr", [place.typed(one) for one in written if one is not None], node, place)
