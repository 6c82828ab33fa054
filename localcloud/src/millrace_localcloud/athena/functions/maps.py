"""Maps (Trino documentation, "Map functions and operators")."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import Type, common, map_of

Map = dict[Any, Any]


def map_concat(*maps: Map) -> Map:
    """Entries of all maps; the last map that has a key gives its value."""
    return {key: value for one in maps for key, value in one.items()}


def entries(pairs: list[Any]) -> list[tuple[Any, Any]]:
    """Keys and values of an array of rows.

    Raises:
        FunctionFailed: A row or a key is NULL.
    """
    found = []
    for pair in pairs:
        if pair is None:
            raise invalid_argument("map entry cannot be null")
        key, value = pair.values()
        if key is None:
            raise invalid_argument("map key cannot be null")
        found.append((key, value))
    return found


def map_from_entries(pairs: list[Any]) -> Map:
    """A map of rows; a key that stands twice ends the query."""
    found = entries(pairs)
    made = dict(found)
    if len(made) < len(found):
        raise invalid_argument("Duplicate map keys are not allowed")
    return made


def multimap_from_entries(pairs: list[Any]) -> dict[Any, list[Any]]:
    """A map of rows, all values of a key in an array."""
    made: dict[Any, list[Any]] = {}
    for key, value in entries(pairs):
        made.setdefault(key, []).append(value)
    return made


def split_to_map(text: str, entry_delimiter: str, key_delimiter: str) -> dict[str, str]:
    """``a=1;b=2`` as a map."""
    made: dict[str, str] = {}
    for key, value in _split_entries(text, entry_delimiter, key_delimiter):
        if key in made:
            raise invalid_argument(f"Duplicate keys ({key}) are not allowed")
        made[key] = value
    return made


def split_to_multimap(text: str, entry_delimiter: str, key_delimiter: str) -> dict[str, list[str]]:
    """``a=1;a=2`` as a map of arrays."""
    made: dict[str, list[str]] = {}
    for key, value in _split_entries(text, entry_delimiter, key_delimiter):
        made.setdefault(key, []).append(value)
    return made


def _split_entries(text: str, entry_delimiter: str, key_delimiter: str) -> list[tuple[str, str]]:
    if not entry_delimiter or not key_delimiter:
        raise invalid_argument("a delimiter is empty")
    if entry_delimiter == key_delimiter:
        raise invalid_argument("entryDelimiter and keyValueDelimiter must not be the same")
    parts = text.split(entry_delimiter)
    if parts and not parts[-1]:
        parts.pop()  # Trino reads up to the last delimiter.
    pairs = []
    for part in parts:
        key, found, value = part.partition(key_delimiter)
        if not found or key_delimiter in value:
            text = (
                f"Key-value delimiter must appear exactly once in each entry. Bad input: '{part}'"
            )
            raise invalid_argument(text)
        pairs.append((key, value))
    return pairs


_ENTRIES = (
    "list_transform(map_entries({0}), lambda e: struct_pack(field0 := struct_extract(e, 'key'), "
    "field1 := struct_extract(e, 'value')))"
)
for signature, meaning in (
    ("map_entries(map(K, V)) -> array(row(K, V))", _ENTRIES),
    ("map_from_entries(array(row(K, V))) -> map(K, V)", map_from_entries),
    ("multimap_from_entries(array(row(K, V))) -> map(K, array(V))", multimap_from_entries),
    ("split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)", split_to_map),
    (
        "split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar))",
        split_to_multimap,
    ),
    ("local map(array(K), array(V)) -> map(K, V)", "map({0}, {1})"),
):
    declare(signature, meaning)


@special("map")
def map_constructor(node: exp.Anonymous, place: Place) -> Typed:
    """``MAP(keys, values)``, and ``MAP()``, which is empty."""
    if not node.expressions:
        unknown = Type("unknown")
        return Typed("CAST(MAP {} AS MAP(INTEGER, INTEGER))", map_of(unknown, unknown))
    values = [place.typed(one) for one in node.expressions]
    return scalar("local map", values, node, place)


@special("map_concat")
def concatenated(node: exp.Anonymous, place: Place) -> Typed:
    """``map_concat(a, b, …)`` of maps of one type."""
    values = [place.typed(one) for one in node.expressions]
    kind = values[0].kind if values else None
    for value in values:
        kind = common(kind, value.kind) if kind is not None else None
    if kind is None or kind.base != "map" or len(values) < 2:
        text = "Unexpected parameters for function map_concat"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    return place.call(map_concat, [coerce(one, kind) for one in values], kind)
