"""What a call means: scalar functions, aggregates, window functions, special forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlglot import exp

from millrace_localcloud.athena.arithmetic import decimal_divide
from millrace_localcloud.athena.clauses import direction
from millrace_localcloud.athena.functions.collected import COLLECTED, collected
from millrace_localcloud.athena.functions.registry import AGGREGATES, SCALARS, WINDOWS, Function
from millrace_localcloud.athena.functions.unsupported import UNSUPPORTED
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce, handles
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    Type,
    array,
    decimal,
    storage,
)

Special = Callable[[exp.Anonymous, Place], Typed]
SPECIAL: dict[str, Special] = {}
"""Functions whose arguments are not all plain values, as ``transform(a, x -> x + 1)``."""


def special(name: str) -> Callable[[Special], Special]:
    """Register a function that translates its own arguments."""

    def register(meaning: Special) -> Special:
        SPECIAL[name] = meaning
        return meaning

    return register


@handles(exp.Anonymous)
def call(node: exp.Anonymous, place: Place) -> Typed:
    """A function call without OVER or FILTER."""
    name = str(node.this).lower()
    if name in SPECIAL:
        return SPECIAL[name](node, place)
    if name in SCALARS:
        return scalar(name, [place.typed(one) for one in node.expressions], node, place)
    if name in AGGREGATES or name in COLLECTED:
        return _aggregate(node, place, "")
    if name in WINDOWS:
        text = f"Window function {name} requires an OVER clause"
        place.translation.fail("MISSING_OVER", text, node)
    if name in UNSUPPORTED:
        place.translation.refuse(f"the function {name}", node)
    place.translation.fail("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", node)


def scalar(name: str, arguments: Sequence[Typed], node: exp.Expression, place: Place) -> Typed:
    """Call the first overload that takes the arguments."""
    function, given, result = _choose(SCALARS[name], name, arguments, node, place)
    if callable(function.meaning):
        return place.call(function.meaning, given, result, sees_nulls=function.sees_nulls)
    every = ", ".join(one.sql for one in given)
    sql = function.meaning.format(*(one.sql for one in given), all=every)
    return Typed(f"CAST({sql} AS {storage(result)})", result)


def _choose(
    overloads: Sequence[Function],
    name: str,
    arguments: Sequence[Typed],
    node: exp.Expression,
    place: Place,
) -> tuple[Function, list[Typed], Type]:
    kinds = [one.kind for one in arguments]
    exact = [one for one in overloads if list(one.parameters) == kinds]
    for function in (*exact, *overloads):
        bound = function.bind(arguments)
        if bound is not None:
            return function, bound[0], bound[1]
    found = ", ".join(map(str, kinds))
    expected = ", ".join(f"{name}({', '.join(map(str, one.parameters))})" for one in overloads)
    text = f"Unexpected parameters ({found}) for function {name}. Expected: {expected}"
    place.translation.fail("FUNCTION_NOT_FOUND", text, node)


@handles(exp.Filter)
def filtered(node: exp.Filter, place: Place) -> Typed:
    """``aggregate(…) FILTER (WHERE …)``."""
    return _aggregate(node.this, place, _filter(node, place))


@handles(exp.WithinGroup)
def within_group(node: exp.WithinGroup, place: Place) -> Typed:
    """``LISTAGG(x, ',') WITHIN GROUP (ORDER BY y)``."""
    inner = node.this
    if not isinstance(inner, exp.Anonymous) or str(inner.this).lower() != "listagg":
        place.translation.refuse("WITHIN GROUP here", node)
    return _aggregate(inner, place, "", node.expression)


def _filter(node: exp.Filter, place: Place) -> str:
    condition = place.typed_as(node.expression.this, BOOLEAN, "FILTER clause")
    return f" FILTER (WHERE {condition.sql})"


@handles(exp.Window)
def over(node: exp.Window, place: Place) -> Typed:
    """``f(…) OVER (…)``."""
    translation = place.translation
    translation.only(node, "this", "partition_by", "order", "spec", "over")
    parts = []
    if node.args.get("partition_by"):
        keys = ", ".join(place.typed(key).sql for key in node.args["partition_by"])
        parts.append(f"PARTITION BY {keys}")
    if node.args.get("order"):
        keys = ", ".join(
            f"{place.typed(key.this).sql} {direction(key)}"
            for key in node.args["order"].expressions
        )
        parts.append(f"ORDER BY {keys}")
    if node.args.get("spec"):
        parts.append(_frame(node.args["spec"], place))
    clause = f" OVER ({' '.join(parts)})"
    inner, nulls = node.this, ""
    if isinstance(inner, exp.IgnoreNulls | exp.RespectNulls):
        nulls = " IGNORE NULLS" if isinstance(inner, exp.IgnoreNulls) else ""
        inner = inner.this
    if isinstance(inner, exp.Filter):
        return _aggregate(inner.this, place, _filter(inner, place) + clause)
    name = str(inner.this).lower() if isinstance(inner, exp.Anonymous) else ""
    if name in WINDOWS:
        arguments = [place.typed(one) for one in inner.expressions]
        function, given, result = _choose(WINDOWS[name], name, arguments, inner, place)
        return _closed(function, given, result, ("", "", nulls, clause))
    if nulls or not isinstance(inner, exp.Anonymous):
        translation.refuse(f"{name or 'this expression'} with OVER", node)
    return _aggregate(inner, place, clause)


def _frame(spec: exp.WindowSpec, place: Place) -> str:
    place.translation.only(spec, "kind", "start", "start_side", "end", "end_side")
    kind = str(spec.args.get("kind")).upper()
    ends = []
    for name in ("start", "end"):
        end = spec.args.get(name)
        if end is None:
            continue
        shown = str(end).upper() if isinstance(end, str) else place.typed(end).sql
        if not isinstance(end, str) and kind != "ROWS":
            place.translation.refuse(f"a {kind} frame with an offset", spec)
        ends.append(f"{shown} {str(spec.args.get(f'{name}_side') or '').upper()}".strip())
    if len(ends) == 2:
        return f"{kind} BETWEEN {ends[0]} AND {ends[1]}"
    return f"{kind} {ends[0]}"


def _aggregate(
    node: exp.Expression, place: Place, after: str, order: exp.Order | None = None
) -> Typed:
    name = str(node.this).lower() if isinstance(node, exp.Anonymous) else ""
    if name not in AGGREGATES and name not in COLLECTED:
        text = f"'{name}' is not an aggregate function"
        place.translation.fail("FUNCTION_NOT_AGGREGATE", text, node)
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
    if name in COLLECTED:
        return _collected(name, arguments, around, node, place)
    if name in ("sum", "avg") and len(arguments) == 1 and arguments[0].kind.base == "decimal":
        return _decimal(name, arguments[0], around, place)
    function, given, result = _choose(AGGREGATES[name], name, arguments, node, place)
    return _closed(function, given, result, around)


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
        kinds = ", ".join(str(one.kind) for one in arguments)
        text = f"Unexpected parameters ({kinds}) for function {name}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    given = [coerce(one, kind) for one, kind in zip(arguments, found.kinds, strict=True)]
    rows = given[: len(given) - found.constants]
    row = Type("row", tuple((f"a{index}", one.kind) for index, one in enumerate(rows)))
    fields = ", ".join(f"a{index} := {{{index}}}" for index in range(len(rows)))
    every = Function((), row, f"list[struct_pack({fields})]")
    listed = _closed(every, rows, array(row), around)
    return place.call(found.function, [listed, *given[len(rows) :]], found.result)


def _decimal(name: str, value: Typed, around: tuple[str, str, str, str], place: Place) -> Typed:
    """``sum`` is a decimal(38,s); ``avg`` keeps the type and rounds half up."""
    scale = value.kind.args[1]
    total = _closed(Function((), BIGINT, "sum[{0}]"), [value], decimal(38, scale), around)
    if name == "sum":
        return total
    count = _closed(Function((), BIGINT, "count[{0}]"), [value], decimal(38, 0), around)
    digits = [Typed(f"CAST({number} AS INTEGER)", INTEGER) for number in (38, scale)]
    # The mean of no rows is NULL, not a division by zero.
    counted = Typed(f"nullif({count.sql}, 0)", count.kind)
    return _narrowed(place.call(decimal_divide, [total, counted, *digits], total.kind), value.kind)


def _narrowed(value: Typed, kind: Type) -> Typed:
    """``value`` as a decimal of the same scale."""
    return Typed(f"CAST({value.sql} AS {storage(kind)})", kind)


def _closed(
    function: Function, given: Sequence[Typed], result: Type, around: tuple[str, str, str, str]
) -> Typed:
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
