"""Operators: logic, comparison, arithmetic, text and what stands in brackets."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.arithmetic import binary_arithmetic
from millrace_localcloud.athena.literals import whole_number
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce, handles
from millrace_localcloud.athena.types import (
    BIGINT,
    BOOLEAN,
    DAY_INTERVAL,
    MONTH_INTERVAL,
    NUMBERS,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    coerces,
    common,
)

_COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_NESTED = ("array", "map", "row")


@handles(exp.Paren)
def parentheses(node: exp.Paren, place: Place) -> Typed:
    """``(x)``."""
    return place.typed(node.this)


@handles(exp.And, exp.Or)
def logic(node: exp.Connector, place: Place) -> Typed:
    """AND, OR."""
    word = "AND" if isinstance(node, exp.And) else "OR"
    left = place.typed_as(node.this, BOOLEAN, f"Left side of logical expression {word}")
    right = place.typed_as(node.expression, BOOLEAN, f"Right side of logical expression {word}")
    return Typed(f"({left.sql} {word} {right.sql})", BOOLEAN)


@handles(exp.Not)
def negation(node: exp.Not, place: Place) -> Typed:
    """NOT."""
    value = place.typed_as(node.this, BOOLEAN, "Value of logical NOT expression")
    return Typed(f"(NOT {value.sql})", BOOLEAN)


@handles(*_COMPARISONS)
def comparison(node: exp.Binary, place: Place) -> Typed:
    """``=`` and its kin; two rows are equal field by field."""
    sign = _COMPARISONS[type(node)]
    written = node.expression
    if isinstance(written, exp.Anonymous) and str(written.this).lower() == "all":
        return _quantified(node, sign, "ALL", written.expressions[0], place)
    if isinstance(written, exp.Any | exp.All):
        word = "ANY" if isinstance(written, exp.Any) else "ALL"
        return _quantified(node, sign, word, written.this, place)
    return compare(place.typed(node.this), place.typed(node.expression), sign, node, place)


def compare(left: Typed, right: Typed, sign: str, node: exp.Expression, place: Place) -> Typed:
    """``left sign right`` at their common type."""
    kind = common(left.kind, right.kind)
    if kind is None or kind.base == "map":
        text = f"Cannot apply operator: {left.kind} {sign} {right.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    if kind.base in _NESTED and sign not in ("=", "<>"):
        place.translation.refuse(f"{sign} between values of type {kind}", node)
    first, second = coerce(left, kind).sql, coerce(right, kind).sql
    plain = f"({first} {sign} {second})"
    if kind.base in _NESTED:
        # Trino answers NULL where DuckDB takes two NULLs inside for equal.
        fails = f"({_holds_null(first)} OR {_holds_null(second)})"
        plain = checked(
            plain, fails, "NOT_SUPPORTED", f"{kind} comparison of values that hold nulls"
        )
    return Typed(plain, BOOLEAN)


def _holds_null(sql: str) -> str:
    return f"coalesce(contains(CAST({sql} AS VARCHAR), 'NULL'), FALSE)"


def _quantified(
    node: exp.Binary, sign: str, word: str, inner: exp.Expression, place: Place
) -> Typed:
    query = inner.this if isinstance(inner, exp.Subquery) else inner
    left = place.typed(node.this)
    values = _one_column(query, place, node)
    kind = common(left.kind, values.kind)
    if kind is None or kind.base in _NESTED:
        place.translation.refuse(f"{sign} {word} between {left.kind} and {values.kind}", node)
    column = coerce(Typed("v", values.kind), kind).sql
    rows = f"(SELECT {column} FROM ({values.sql}) AS q(v))"
    return Typed(f"({coerce(left, kind).sql} {sign} {word} {rows})", BOOLEAN)


def _one_column(query: exp.Expression, place: Place, node: exp.Expression) -> Typed:
    from millrace_localcloud.athena.queries import translate_query

    result = translate_query(query, place.inside(place.scope))
    if len(result.columns) != 1:
        text = (
            "Multiple columns returned by subquery are not yet supported. Found "
            f"{len(result.columns)}"
        )
        place.translation.fail("NOT_SUPPORTED", text, node)
    place.translation.uses.add(result.columns[0].uses)
    return Typed(result.sql, result.columns[0].value.kind)


@handles(exp.Subquery)
def scalar_subquery(node: exp.Subquery, place: Place) -> Typed:
    """``(SELECT …)`` as a value: more than one row ends the query."""
    place.translation.only(node, "this")
    values = _one_column(node.this, place, node)
    return Typed(f"({values.sql})", values.kind)


@handles(exp.Exists)
def exists(node: exp.Exists, place: Place) -> Typed:
    """EXISTS (SELECT …)."""
    from millrace_localcloud.athena.queries import translate_query

    return Typed(f"EXISTS ({translate_query(node.this, place).sql})", BOOLEAN)


@handles(exp.In)
def membership(node: exp.In, place: Place) -> Typed:
    """IN with a list or a query."""
    place.translation.only(node, "this", "expressions", "query")
    left = place.typed(node.this)
    if node.args.get("query"):
        values = _one_column(node.args["query"].this, place, node)
        kind = common(left.kind, values.kind)
        if kind is None or kind.base in _NESTED:
            text = (
                "value and result of subquery must be of the same type for IN "
                f"expression: {left.kind} vs {values.kind}"
            )
            place.translation.fail("TYPE_MISMATCH", text, node)
        column = coerce(Typed("v", values.kind), kind).sql
        rows = f"(SELECT {column} FROM ({values.sql}) AS q(v))"
        return Typed(f"({coerce(left, kind).sql} IN {rows})", BOOLEAN)
    tests = [compare(left, place.typed(one), "=", one, place).sql for one in node.expressions]
    if left.kind.base in _NESTED or len(tests) < 2:
        return Typed(f"({' OR '.join(tests)})", BOOLEAN)
    return _in_list(left, [place.typed(one) for one in node.expressions])


def _in_list(left: Typed, members: list[Typed]) -> Typed:
    kind = left.kind
    for member in members:
        kind = common(kind, member.kind) or kind
    listed = ", ".join(coerce(member, kind).sql for member in members)
    return Typed(f"({coerce(left, kind).sql} IN ({listed}))", BOOLEAN)


@handles(exp.Between)
def between(node: exp.Between, place: Place) -> Typed:
    """``x BETWEEN low AND high``."""
    place.translation.only(node, "this", "low", "high")
    value, low, high = (place.typed(node.args[name]) for name in ("this", "low", "high"))
    above = compare(value, low, ">=", node, place)
    below = compare(value, high, "<=", node, place)
    return Typed(f"({above.sql} AND {below.sql})", BOOLEAN)


@handles(exp.Is)
def is_null(node: exp.Is, place: Place) -> Typed:
    """``IS NULL``; Trino has no ``IS TRUE``."""
    if not isinstance(node.expression, exp.Null):
        place.translation.fail("SYNTAX_ERROR", "mismatched input after IS", node)
    return Typed(f"({place.typed(node.this).sql} IS NULL)", BOOLEAN)


@handles(exp.NullSafeEQ, exp.NullSafeNEQ)
def distinct_from(node: exp.Binary, place: Place) -> Typed:
    """``IS [NOT] DISTINCT FROM``."""
    left, right = place.typed(node.this), place.typed(node.expression)
    kind = common(left.kind, right.kind)
    if kind is None:
        text = f"Cannot apply operator: {left.kind} IS DISTINCT FROM {right.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    word = "IS NOT DISTINCT FROM" if isinstance(node, exp.NullSafeEQ) else "IS DISTINCT FROM"
    return Typed(f"({coerce(left, kind).sql} {word} {coerce(right, kind).sql})", BOOLEAN)


@handles(exp.Like)
def like(node: exp.Like, place: Place) -> Typed:
    """LIKE, case sensitive, without an escape character unless one is given."""
    return _like(node, place, "")


def _like(node: exp.Like, place: Place, escape: str) -> Typed:
    value = place.typed_as(node.this, VARCHAR, "Left side of LIKE expression")
    pattern = place.typed_as(node.expression, VARCHAR, "Pattern for LIKE expression")
    word = "NOT LIKE" if node.args.get("negate") else "LIKE"
    return Typed(f"({value.sql} {word} {pattern.sql}{escape})", BOOLEAN)


@handles(exp.Escape)
def like_escape(node: exp.Escape, place: Place) -> Typed:
    """``LIKE … ESCAPE '#'``."""
    if not isinstance(node.this, exp.Like):
        place.translation.refuse("ESCAPE here", node)
    character = place.typed(node.expression).literal
    if not isinstance(character, str) or len(character) != 1:
        text = "Escape string must be a single character"
        place.translation.fail("INVALID_FUNCTION_ARGUMENT", text, node)
    shown = character.replace("'", "''")
    return _like(node.this, place, f" ESCAPE '{shown}'")


@handles(exp.DPipe)
def concatenation(node: exp.DPipe, place: Place) -> Typed:
    """``||``: NULL on either side gives NULL."""
    left, right = place.typed(node.this), place.typed(node.expression)
    if left.kind.base == "array" or right.kind.base == "array":
        from millrace_localcloud.athena.functions.arrays import concatenate

        return concatenate([left, right], node, place)
    for kind in (VARCHAR, VARBINARY):
        if coerces(left.kind, kind) and coerces(right.kind, kind):
            return Typed(f"({coerce(left, kind).sql} || {coerce(right, kind).sql})", kind)
    text = f"Unexpected parameters ({left.kind}, {right.kind}) for function concat"
    place.translation.fail("FUNCTION_NOT_FOUND", text, node)


@handles(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
def arithmetic(node: exp.Binary, place: Place) -> Typed:
    """``+ - * / %``."""
    return binary_arithmetic(node, place.typed(node.this), place.typed(node.expression), place)


@handles(exp.Neg)
def minus(node: exp.Neg, place: Place) -> Typed:
    """Unary minus."""
    if isinstance(node.this, exp.Literal) and str(node.this.this).isdigit():
        return whole_number(-int(node.this.this), node, place)
    value = place.typed(node.this)
    if value.kind.base not in NUMBERS and value.kind not in (DAY_INTERVAL, MONTH_INTERVAL):
        text = f"Cannot negate {value.kind}"
        place.translation.fail("TYPE_MISMATCH", text, node)
    return Typed(f"(- {value.sql})", value.kind)


@handles(exp.Array)
def array_constructor(node: exp.Array, place: Place) -> Typed:
    """``ARRAY[…]`` at the members' common type."""
    members = [place.typed(member) for member in node.expressions]
    kind = UNKNOWN
    for member, written in zip(members, node.expressions, strict=True):
        met = common(kind, member.kind)
        if met is None:
            text = f"All ARRAY elements must be the same type: {kind}"
            place.translation.fail("TYPE_MISMATCH", text, written)
        kind = met
    return array_of([coerce(member, kind) for member in members], kind)


def array_of(members: list[Typed], kind: Type) -> Typed:
    """An array of values that are already of one type."""
    from millrace_localcloud.athena.types import storage

    listed = ", ".join(member.sql for member in members)
    return Typed(f"CAST([{listed}] AS {storage(kind)}[])", array(kind))


@handles(exp.Bracket)
def subscript(node: exp.Bracket, place: Place) -> Typed:
    """``a[1]``, ``m['key']``, ``r[1]``: what is not there ends the query."""
    from millrace_localcloud.athena.names import row_field

    base = place.typed(node.this)
    if len(node.expressions) != 1:
        place.translation.fail("SYNTAX_ERROR", "one subscript is expected", node)
    index = place.typed(node.expressions[0])
    if base.kind.base == "array" and coerces(index.kind, BIGINT):
        value = f"{base.sql}[{index.sql}]"
        beyond = f"({index.sql} < 1 OR {index.sql} > len({base.sql}))"
        text = f"Array subscript must be between 1 and {{len({base.sql})}}: {{{index.sql}}}"
        return Typed(checked(value, beyond, "INVALID_FUNCTION_ARGUMENT", text), base.kind.element)
    if base.kind.base == "map" and coerces(index.kind, base.kind.args[0]):
        key = coerce(index, base.kind.args[0]).sql
        absent = f"(NOT list_contains(map_keys({base.sql}), {key}))"
        text = f"Key not present in map: {{{key}}}"
        value = checked(f"{base.sql}[{key}]", absent, "INVALID_FUNCTION_ARGUMENT", text)
        return Typed(value, base.kind.args[1])
    fields = len(base.kind.args) if base.kind.base == "row" else 0
    if isinstance(index.literal, int) and 1 <= index.literal <= fields:
        return row_field(base, index.literal - 1)
    text = f"Cannot use {index.kind} for subscript of {base.kind}"
    place.translation.fail("TYPE_MISMATCH", text, node)


@handles(exp.Tuple)
def tuple_row(node: exp.Tuple, place: Place) -> Typed:
    """``(a, b)`` is a row."""
    return row([place.typed(member) for member in node.expressions])


def row(members: list[Typed]) -> Typed:
    """A row of nameless fields."""
    from millrace_localcloud.athena.types import storage

    kind = Type("row", tuple((None, member.kind) for member in members))
    fields = ", ".join(f'"field{index}" := {one.sql}' for index, one in enumerate(members))
    return Typed(f"CAST(struct_pack({fields}) AS {storage(kind)})", kind)
