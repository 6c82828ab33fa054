"""Arrays and rows, and what stands in brackets behind them."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce, handles
from millrace_localcloud.athena.types import BIGINT, UNKNOWN, Type, array, coerces, common


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
