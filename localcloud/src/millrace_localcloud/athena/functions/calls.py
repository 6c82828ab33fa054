"""What a call means: scalar functions, aggregates, window functions, special forms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from millrace_localcloud.athena.arithmetic import decimal_divide
from millrace_localcloud.athena.clauses import direction
from millrace_localcloud.athena.functions.collected import COLLECTED, collected
from millrace_localcloud.athena.functions.lambdas import folded
from millrace_localcloud.athena.functions.registry import AGGREGATES, SCALARS, WINDOWS, Function
from millrace_localcloud.athena.functions.special_forms import SPECIAL
from millrace_localcloud.athena.functions.unsupported import UNSUPPORTED
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce, handles
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    NANO,
    NANO_ZONED,
    Type,
    array,
    decimal,
    storage,
)


@handles(exp.Anonymous)
def call(node: exp.Anonymous, place: Place) -> Typed:
    """A function call without OVER or FILTER."""
    name = str(node.this).lower()
    if name in SPECIAL:
        return SPECIAL[name](node, place)
    if name in SCALARS:
        return scalar(name, [place.typed(one) for one in node.expressions], node, place)
    if name in AGGREGATES or name in COLLECTED or name == "reduce_agg":
        return aggregate_call(node, place, "")
    if name in WINDOWS:
        text = f"Window function {name} requires an OVER clause"
        place.translation.fail("MISSING_OVER", text, node)
    if name in UNSUPPORTED:
        place.translation.refuse(f"the function {name}", node)
    place.translation.fail("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", node)


def scalar(name: str, arguments: Sequence[Typed], node: exp.Expression, place: Place) -> Typed:
    """Call the first overload that takes the arguments."""
    function, given, result = choose(SCALARS[name], name, arguments, node, place)
    if callable(function.meaning):
        return place.call(function.meaning, given, result, sees_nulls=function.sees_nulls)
    every = ", ".join(one.sql for one in given)
    sql = function.meaning.format(*(one.sql for one in given), all=every)
    return Typed(f"CAST({sql} AS {storage(result)})", result)


def choose(
    overloads: Sequence[Function],
    name: str,
    arguments: Sequence[Typed],
    node: exp.Expression,
    place: Place,
) -> tuple[Function, list[Typed], Type]:
    """The overload that takes the arguments, these as its parameters, and its result."""
    kinds = [one.kind for one in arguments]
    for function in sorted(overloads, key=lambda one: one.differences(kinds)):
        bound = function.bind(arguments)
        if bound is not None:
            return function, bound[0], bound[1]
    if any(kind.base in (NANO, NANO_ZONED) for kind in kinds):
        place.translation.refuse(f"{name} of more than six digits of a second", node)
    found = ", ".join(map(str, kinds))
    expected = ", ".join(f"{name}({', '.join(map(str, one.parameters))})" for one in overloads)
    text = f"Unexpected parameters ({found}) for function {name}. Expected: {expected}"
    place.translation.fail("FUNCTION_NOT_FOUND", text, node)


@handles(exp.Filter)
def filtered(node: exp.Filter, place: Place) -> Typed:
    """``aggregate(…) FILTER (WHERE …)``."""
    if isinstance(node.this, exp.WithinGroup):
        return _listed(node.this, place, filter_clause(node, place))
    return aggregate_call(node.this, place, filter_clause(node, place))


@handles(exp.WithinGroup)
def within_group(node: exp.WithinGroup, place: Place) -> Typed:
    """``LISTAGG(x, ',') WITHIN GROUP (ORDER BY y)``."""
    return _listed(node, place, "")


_LONGEST_LIST = 1_048_576


def _listed(node: exp.WithinGroup, place: Place, after: str) -> Typed:
    inner = node.this
    if not isinstance(inner, exp.Anonymous) or str(inner.this).lower() != "listagg":
        place.translation.refuse("WITHIN GROUP here", node)
    listed = aggregate_call(inner, place, after, node.expression)
    too_long = f"octet_length(encode({listed.sql})) > {_LONGEST_LIST}"
    if inner.args.get("overflow") == "TRUNCATE":
        text = "the local cloud does not support LISTAGG that is truncated"
        return Typed(checked(listed.sql, too_long, "NOT_SUPPORTED", text), listed.kind)
    text = f"Concatenated string has the length in bytes larger than the maximum {_LONGEST_LIST}"
    code = "EXCEEDED_FUNCTION_MEMORY_LIMIT"
    return Typed(checked(listed.sql, too_long, code, text), listed.kind)


def filter_clause(node: exp.Filter, place: Place) -> str:
    """FILTER and its condition."""
    condition = place.typed_as(node.expression.this, BOOLEAN, "FILTER clause")
    return f" FILTER (WHERE {condition.sql})"


def aggregate_call(
    node: exp.Expression, place: Place, after: str, order: exp.Order | None = None
) -> Typed:
    """A call of an aggregate, followed by FILTER or OVER."""
    name = str(node.this).lower() if isinstance(node, exp.Anonymous) else ""
    if name == "reduce_agg":
        return _reduced(node, place, after)
    _check_aggregate(name, node, place)
    written, distinct = list(node.expressions), ""
    if written and isinstance(written[-1], exp.Order):
        order = written[-1]
        written[-1] = order.this
    if written and isinstance(written[0], exp.Distinct):
        distinct, written = "DISTINCT ", [*written[0].expressions, *written[1:]]
    if any(isinstance(one, exp.Star) for one in written):
        written = []
    arguments = [place.typed(one) for one in written]
    ordering = ""
    if order is not None:
        keys = (f"{place.typed(key.this).sql} {direction(key)}" for key in order.expressions)
        ordering = f" ORDER BY {', '.join(keys)}"
    around = (distinct, ordering, "", after)
    if name in COLLECTED and not (name in AGGREGATES and len(arguments) < 3):
        return _collected(name, arguments, around, node, place)
    if name in ("sum", "avg") and len(arguments) == 1 and arguments[0].kind.base == "decimal":
        return _decimal(name, arguments[0], around, place)
    function, given, result = choose(AGGREGATES[name], name, arguments, node, place)
    return closed(function, given, result, around)


def _check_aggregate(name: str, node: exp.Expression, place: Place) -> None:
    if name not in AGGREGATES and name not in COLLECTED:
        text = f"'{name}' is not an aggregate function"
        place.translation.fail("FUNCTION_NOT_AGGREGATE", text, node)


def _reduced(node: exp.Expression, place: Place, after: str) -> Typed:
    """``reduce_agg``: all of a group's values that are not NULL, folded as ``reduce`` does."""
    if len(node.expressions) != 4 or not isinstance(node.expressions[3], exp.Lambda):
        text = "Unexpected parameters for function reduce_agg"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    value, state = (place.typed(one) for one in node.expressions[:2])
    every = closed(
        Function((), value.kind, "list[{0}]"), [value], array(value.kind), ("", "", "", after)
    )
    kept = Typed(f"list_filter({every.sql}, lambda e: e IS NOT NULL)", every.kind)
    made = folded(kept, state, node.expressions[2], None, place)
    return Typed(f"CASE WHEN len({kept.sql}) > 0 THEN {made.sql} END", made.kind)


def _collected(
    name: str,
    arguments: Sequence[Typed],
    around: tuple[str, str, str, str],
    node: exp.Expression,
    place: Place,
) -> Typed:
    """An aggregate that Python makes of the list of all rows."""
    found = collected(name, [one.kind for one in arguments])
    if found is None:
        if name == "approx_percentile" and len(arguments) > 2:
            place.translation.refuse("approx_percentile with weights or an accuracy", node)
        kinds = ", ".join(str(one.kind) for one in arguments)
        text = f"Unexpected parameters ({kinds}) for function {name}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    given = [coerce(one, kind) for one, kind in zip(arguments, found.kinds, strict=True)]
    rows = given[: len(given) - found.constants]
    row = Type("row", tuple((f"a{index}", one.kind) for index, one in enumerate(rows)))
    fields = ", ".join(f"a{index} := {{{index}}}" for index in range(len(rows)))
    every = Function((), row, f"list[struct_pack({fields})]")
    listed = closed(every, rows, array(row), around)
    return place.call(found.function, [listed, *given[len(rows) :]], found.result)


def _decimal(name: str, value: Typed, around: tuple[str, str, str, str], place: Place) -> Typed:
    """``sum`` is a decimal(38,s); ``avg`` keeps the type and rounds half up."""
    scale = value.kind.args[1]
    total = closed(Function((), BIGINT, "sum[{0}]"), [value], decimal(38, scale), around)
    if name == "sum":
        return total
    count = closed(Function((), BIGINT, "count[{0}]"), [value], decimal(38, 0), around)
    digits = [Typed(f"CAST({number} AS INTEGER)", INTEGER) for number in (38, scale)]
    # The mean of no rows is NULL, not a division by zero.
    counted = Typed(f"nullif({count.sql}, 0)", count.kind)
    return _narrowed(place.call(decimal_divide, [total, counted, *digits], total.kind), value.kind)


def _narrowed(value: Typed, kind: Type) -> Typed:
    """``value`` as a decimal of the same scale."""
    return Typed(f"CAST({value.sql} AS {storage(kind)})", kind)


def closed(
    function: Function, given: Sequence[Typed], result: Type, around: tuple[str, str, str, str]
) -> Typed:
    """An aggregate's SQL with what goes around it: DISTINCT, ORDER BY, IGNORE NULLS, FILTER."""
    distinct, ordering, nulls, after = around
    template = str(function.meaning)
    # Arguments go in last: their SQL may hold brackets of its own.
    template = re.sub(
        r"(\w+)\[(.*?)\]",
        lambda found: f"{found[1]}({distinct}{found[2]}{ordering}{nulls}){after}",
        template.replace("{", "\0").replace("}", "\1"),
    )
    template = re.sub("\0(\\d)\1", lambda found: given[int(found[1])].sql, template)
    return Typed(f"CAST({template} AS {storage(result)})", result)
