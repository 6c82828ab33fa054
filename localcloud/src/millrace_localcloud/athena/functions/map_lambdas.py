"""Functions of maps or two arrays that take a lambda."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import BOOLEAN, Type, array, map_of, storage


def applied(written: exp.Expression, given: list[Typed], place: Place) -> Typed:
    """The body of a lambda in which its parameters are these values."""
    if not isinstance(written, exp.Lambda) or len(written.expressions) != len(given):
        place.translation.fail("TYPE_MISMATCH", "A lambda expression is expected", written)
    variables = {
        parameter.name.lower(): value
        for parameter, value in zip(written.expressions, given, strict=True)
    }
    scope = replace(place.scope, variables={**place.scope.variables, **variables})
    return place.inside(scope).typed(written.this)


def _map(node: exp.Anonymous, place: Place) -> tuple[Typed, str, Typed]:
    """The map, the name of an entry and the lambda's body for that entry."""
    held = place.typed(node.expressions[0]) if len(node.expressions) == 2 else None
    if held is None or held.kind.base != "map":
        text = f"Unexpected parameters for function {node.this}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    entry = place.translation.fresh("e")
    key = Typed(f"struct_extract({entry}, 'key')", held.kind.args[0])
    value = Typed(f"struct_extract({entry}, 'value')", held.kind.args[1])
    return held, entry, applied(node.expressions[1], [key, value], place)


def made_map(held: Typed, keys: str, values: str, kind: Type) -> Typed:
    """The map of these keys and values; NULL where ``held`` is."""
    made = f"CAST(map({keys}, {values}) AS {storage(kind)})"
    return Typed(f"CASE WHEN {held.sql} IS NOT NULL THEN {made} END", kind)


@special("map_filter")
def map_filter(node: exp.Anonymous, place: Place) -> Typed:
    """The entries for which the condition is true."""
    held, entry, body = _map(node, place)
    if body.kind != BOOLEAN:
        place.translation.fail("TYPE_MISMATCH", "The lambda must return a boolean", node)
    kept = f"list_filter(map_entries({held.sql}), lambda {entry}: coalesce({body.sql}, FALSE))"
    keys = f"list_transform({kept}, lambda k: struct_extract(k, 'key'))"
    values = f"list_transform({kept}, lambda k: struct_extract(k, 'value'))"
    return made_map(held, keys, values, held.kind)


@special("transform_values")
def transform_values(node: exp.Anonymous, place: Place) -> Typed:
    """Each value changed."""
    held, entry, body = _map(node, place)
    values = f"list_transform(map_entries({held.sql}), lambda {entry}: {body.sql})"
    kind = map_of(held.kind.args[0], body.kind)
    return made_map(held, f"map_keys({held.sql})", values, kind)


@special("transform_keys")
def transform_keys(node: exp.Anonymous, place: Place) -> Typed:
    """Each key changed; two that become the same end the query."""
    held, entry, body = _map(node, place)
    keys = f"list_transform(map_entries({held.sql}), lambda {entry}: {body.sql})"
    kind = map_of(body.kind, held.kind.args[1])
    return made_map(held, keys, f"map_values({held.sql})", kind)


@special("zip_with")
def zip_with(node: exp.Anonymous, place: Place) -> Typed:
    """Elements of two arrays joined; the shorter one goes on with NULLs."""
    arrays = [place.typed(one) for one in node.expressions[:2]]
    if len(node.expressions) != 3 or any(one.kind.base != "array" for one in arrays):
        text = "Unexpected parameters for function zip_with"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    index = place.translation.fresh("i")
    given = [Typed(f"list_extract({one.sql}, {index})", one.kind.element) for one in arrays]
    body = applied(node.expressions[2], given, place)
    first, second = (one.sql for one in arrays)
    longest = f"greatest(len({first}), len({second}))"
    made = f"list_transform(range(1, {longest} + 1), lambda {index}: {body.sql})"
    nulls = f"{first} IS NULL OR {second} IS NULL"
    kind = array(body.kind)
    return Typed(f"CAST(CASE WHEN {nulls} THEN NULL ELSE {made} END AS {storage(kind)})", kind)
