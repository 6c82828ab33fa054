"""Casts of arrays, maps and rows, member by member."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from millrace_localcloud.athena.names import row_field
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import Type, array, field_name

Convert = Callable[[Typed, Type], Typed]
"""Casts a member."""


def convert_nested(
    value: Typed, target: Type, convert: Convert, node: exp.Expression, place: Place
) -> Typed:
    """``CAST(value AS target)``, both of one nested kind."""
    return _CASTS[target.base](value, target, convert, node, place)


def _array(
    value: Typed, target: Type, convert: Convert, node: exp.Expression, place: Place
) -> Typed:
    name = place.translation.fresh("v")
    made = convert(Typed(name, value.kind.element), target.element)
    return Typed(f"list_transform({value.sql}, lambda {name}: {made.sql})", target)


def _map(value: Typed, target: Type, convert: Convert, node: exp.Expression, place: Place) -> Typed:
    keys = _array(
        Typed(f"map_keys({value.sql})", array(value.kind.args[0])),
        array(target.args[0]),
        convert,
        node,
        place,
    )
    values = _array(
        Typed(f"map_values({value.sql})", array(value.kind.args[1])),
        array(target.args[1]),
        convert,
        node,
        place,
    )
    return Typed(f"map({keys.sql}, {values.sql})", target)


def _row(value: Typed, target: Type, convert: Convert, node: exp.Expression, place: Place) -> Typed:
    if len(value.kind.args) != len(target.args):
        place.translation.fail("TYPE_MISMATCH", f"Cannot cast {value.kind} to {target}", node)
    fields = []
    for index, (_, kind) in enumerate(target.args):
        made = convert(row_field(value, index), kind)
        fields.append(f'"{field_name(target, index)}" := {coerce(made, kind).sql}')
    packed = f"struct_pack({', '.join(fields)})"
    return Typed(f"CASE WHEN {value.sql} IS NOT NULL THEN {packed} END", target)


_CASTS: dict[str, Callable[[Typed, Type, Convert, exp.Expression, Place], Typed]] = {
    "array": _array,
    "map": _map,
    "row": _row,
}
