"""``array_sort`` with a comparator, ``map_zip_with``, ``regexp_replace`` with a function."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from sqlglot import exp

from millrace_localcloud.athena.functions.array_values import key_of
from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.functions.map_lambdas import applied, made_map
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.java import patterns
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import INTEGER, VARCHAR, array, coerces, common, map_of


def sorted_by(values: list[Any], orders: list[list[int | None]]) -> list[Any]:
    """The values by what the comparator says of each two of them.

    Raises:
        FunctionFailed: It says something else than -1, 0 or 1, or contradicts itself, so that the
            order would be that of Java's algorithm.
    """
    places = range(len(values))
    for one in places:
        for other in range(one):
            there, back = orders[one][other], orders[other][one]
            if there not in (-1, 0, 1) or back not in (-1, 0, 1):
                raise invalid_argument("Lambda comparator must return either -1, 0, or 1")
            if there != -back and key_of(values[one]) != key_of(values[other]):
                text = "the local cloud does not support a comparator that contradicts itself"
                raise FunctionFailed("NOT_SUPPORTED", text)

    def order(one: int, other: int) -> int:
        there, back = orders[one][other], orders[other][one]
        return (there or 0) if there != back else 0

    return [values[at] for at in sorted(places, key=cmp_to_key(order))]


@special("array_sort")
def array_sort(node: exp.Anonymous, place: Place) -> Typed:
    """``array_sort(a)`` and ``array_sort(a, (x, y) -> …)``."""
    values = node.expressions
    if len(values) != 2 or not isinstance(values[1], exp.Lambda):
        return scalar("array_sort", [place.typed(one) for one in values], node, place)
    held = place.typed(values[0])
    if held.kind.base != "array":
        text = f"Unexpected parameters ({held.kind}, function) for function array_sort"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    one, other = place.translation.fresh("i"), place.translation.fresh("i")
    given = [Typed(f"list_extract({held.sql}, {at})", held.kind.element) for at in (one, other)]
    body = applied(values[1], given, place)
    if not coerces(body.kind, INTEGER):
        text = "The comparator must return an integer"
        place.translation.fail("TYPE_MISMATCH", text, node)
    order = f"CASE WHEN {one} = {other} THEN 0 ELSE CAST({body.sql} AS INTEGER) END"
    indexes = f"range(1, len({held.sql}) + 1)"
    row = f"list_transform({indexes}, lambda {other}: {order})"
    kind = array(array(INTEGER))
    orders = Typed(f"list_transform({indexes}, lambda {one}: {row})", kind)
    return place.call(sorted_by, [held, orders], held.kind)


def keys_of(first: dict[Any, Any], second: dict[Any, Any]) -> list[Any]:
    """Keys of either map, the first map's first."""
    return list(first | second)


@special("map_zip_with")
def map_zip_with(node: exp.Anonymous, place: Place) -> Typed:
    """Two maps joined by key; NULL stands for a key that one of them has not."""
    written = node.expressions
    maps = [place.typed(one) for one in written[:2]]
    key = None
    if len(written) == 3 and all(one.kind.base == "map" for one in maps):
        key = common(maps[0].kind.args[0], maps[1].kind.args[0])
    if key is None:
        text = "Unexpected parameters for function map_zip_with"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    maps = [coerce(one, map_of(key, one.kind.args[1])) for one in maps]
    keys = place.call(keys_of, maps, array(key)).sql
    name = place.translation.fresh("k")
    given = [Typed(f"{one.sql}[{name}]", one.kind.args[1]) for one in maps]
    body = applied(written[2], [Typed(name, key), *given], place)
    values = f"list_transform({keys}, lambda {name}: {body.sql})"
    both = Typed(f"CASE WHEN {maps[0].sql} IS NOT NULL THEN {maps[1].sql} END", maps[1].kind)
    return made_map(both, keys, values, map_of(key, body.kind))


@special("regexp_replace")
def regexp_replace(node: exp.Anonymous, place: Place) -> Typed:
    """``regexp_replace`` with a text or a function of each match's groups."""
    written = node.expressions
    if len(written) != 3 or not isinstance(written[2], exp.Lambda):
        return scalar("regexp_replace", [place.typed(one) for one in written], node, place)
    texts = [place.typed_as(one, VARCHAR, "regexp_replace argument") for one in written[:2]]
    groups = array(VARCHAR)
    found = place.call(patterns.regexp_groups, texts, array(groups)).sql
    name = place.translation.fresh("g")
    body = applied(written[2], [Typed(name, groups)], place)
    if not coerces(body.kind, VARCHAR):
        place.translation.fail("TYPE_MISMATCH", "The function must return a varchar", node)
    replaced = f"list_transform({found}, lambda {name}: {coerce(body, VARCHAR).sql})"
    return place.call(patterns.regexp_joined, [*texts, Typed(replaced, groups)], VARCHAR)
