"""Arrays and maps (Trino documentation, "Array functions and operators", "Map functions")."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from millrace_localcloud.athena.functions import array_values
from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce
from millrace_localcloud.athena.types import (
    BIGINT,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    coerces,
    common,
)

for signature, meaning in (
    ("cardinality(array(T)) -> bigint", "len({0})"),
    ("cardinality(map(K, V)) -> bigint", "cardinality({0})"),
    ("array_distinct(array(T)) -> array(T)", array_values.array_distinct),
    ("array_union(array(T), array(T)) -> array(T)", array_values.array_union),
    ("array_intersect(array(T), array(T)) -> array(T)", array_values.array_intersect),
    ("array_except(array(T), array(T)) -> array(T)", array_values.array_except),
    ("arrays_overlap(array(T), array(T)) -> boolean", array_values.arrays_overlap),
    ("slice(array(T), bigint, bigint) -> array(T)", array_values.slice_of),
    ("trim_array(array(T), bigint) -> array(T)", array_values.trim_array),
    ("ngrams(array(T), bigint) -> array(array(T))", array_values.ngrams),
    ("combinations(array(T), bigint) -> array(array(T))", array_values.combinations),
    ("dot_product(array(double), array(double)) -> double", array_values.dot_product),
    (
        "array_position(array(T), T) -> bigint",
        "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL "
        "ELSE coalesce(list_position({0}, {1}), 0) END",
    ),
    (
        "array_max(array(T)) -> T",
        "CASE WHEN list_contains(list_transform({0}, lambda a: a IS NULL), "
        "TRUE) THEN NULL ELSE list_max({0}) END",
    ),
    (
        "array_min(array(T)) -> T",
        "CASE WHEN list_contains(list_transform({0}, lambda a: a IS NULL), "
        "TRUE) THEN NULL ELSE list_min({0}) END",
    ),
    ("array_sort(array(T)) -> array(T)", "list_sort({0}, 'ASC', 'NULLS LAST')"),
    (
        "array_remove(array(T), T) -> array(T)",
        "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda a: a IS NULL OR a <> {1}) END",
    ),
    ("reverse(array(T)) -> array(T)", "list_reverse({0})"),
    ("flatten(array(array(T))) -> array(T)", "flatten({0})"),
    (
        "local array_join(array(varchar), varchar) -> varchar",
        "CASE WHEN {1} IS NOT NULL THEN array_to_string({0}, {1}) END",
    ),
    (
        "local array_join(array(varchar), varchar, varchar) -> varchar",
        "CASE WHEN {1} IS NOT NULL AND {2} IS NOT NULL THEN "
        "array_to_string(list_transform({0}, lambda a: coalesce(a, {2})), {1}) END",
    ),
    (
        "repeat(T, integer) -> array(T)",
        checked(
            checked(
                "list_transform(range(<1>), lambda a: <0>)",
                "<1> < 0",
                "INVALID_FUNCTION_ARGUMENT",
                "count argument of repeat function must be greater than or equal to 0",
            ),
            "<1> > 10000",
            "INVALID_FUNCTION_ARGUMENT",
            "count argument of repeat function must be less than or equal to 10000",
        )
        .replace("<0>", "{0}")
        .replace("<1>", "{1}"),
    ),
    ("map_keys(map(K, V)) -> array(K)", "map_keys({0})"),
    ("map_values(map(K, V)) -> array(V)", "map_values({0})"),
):
    declare(signature, meaning)


for real in ("real", "double"):
    # DuckDB's NaN is the greatest number; for Trino's maximum it is the smallest.
    declare(
        f"array_max(array({real})) -> {real}",
        "CASE WHEN list_contains(list_transform({0}, lambda a: a IS NULL), TRUE) THEN NULL "
        "ELSE coalesce(list_max(list_filter({0}, lambda a: NOT isnan(a))), list_max({0})) END",
    )


@special("contains")
def contains(node: exp.Anonymous, place: Place) -> Typed:
    """Whether an array has the value; NULL when it has not but holds a NULL."""
    values = [place.typed(one) for one in node.expressions]
    if len(values) != 2 or values[0].kind.base != "array":
        place.translation.fail(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function contains", node
        )
    kind = common(values[0].kind.element, values[1].kind)
    if kind is None:
        place.translation.fail(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function contains", node
        )
    held, wanted = values[0].sql, coerce(values[1], kind).sql
    sql = (
        f"CASE WHEN {held} IS NULL OR {wanted} IS NULL THEN NULL "
        f"WHEN list_contains({held}, {wanted}) THEN TRUE "
        f"WHEN list_contains(list_transform({held}, lambda a: a IS NULL), TRUE) THEN NULL "
        "ELSE FALSE END"
    )
    from millrace_localcloud.athena.types import BOOLEAN

    return Typed(sql, BOOLEAN)


@special("element_at")
def element_at(node: exp.Anonymous, place: Place) -> Typed:
    """An array's element, from the end when negative, or a map's value; NULL without one."""
    values = [place.typed(one) for one in node.expressions]
    if (
        len(values) == 2
        and values[0].kind.base == "map"
        and coerces(values[1].kind, values[0].kind.args[0])
    ):
        key = coerce(values[1], values[0].kind.args[0]).sql
        return Typed(f"{values[0].sql}[{key}]", values[0].kind.args[1])
    if len(values) == 2 and values[0].kind.base == "array" and coerces(values[1].kind, BIGINT):
        index = values[1].sql
        text = "SQL array indices start at 1"
        found = f"list_extract({values[0].sql}, {index})"
        return Typed(
            checked(found, f"({index} = 0)", "INVALID_FUNCTION_ARGUMENT", text),
            values[0].kind.element,
        )
    place.translation.fail(
        "FUNCTION_NOT_FOUND", "Unexpected parameters for function element_at", node
    )


@special("concat")
def concat(node: exp.Anonymous, place: Place) -> Typed:
    """Texts, binaries or arrays one after another; a NULL makes all of it NULL."""
    return concatenate([place.typed(one) for one in node.expressions], node, place)


def with_element(left: Typed, right: Typed) -> Typed | None:
    """An array and an element of it, one after the other; None for any other two."""
    if common(left.kind, right.kind) is not None:
        return None
    for whole, one in ((left, right), (right, left)):
        if whole.kind.base != "array":
            continue
        joint = common(whole.kind.element, one.kind)
        if joint is not None:
            items, item = coerce(whole, array(joint)).sql, coerce(one, joint).sql
            parts = (items, f"[{item}]") if whole is left else (f"[{item}]", items)
            joined = f"list_concat({parts[0]}, {parts[1]})"
            return Typed(f"CASE WHEN {items} IS NULL THEN NULL ELSE {joined} END", array(joint))
    return None


def concatenate(values: Sequence[Typed], node: exp.Expression, place: Place) -> Typed:
    """What ``concat`` and ``||`` mean."""
    extended = with_element(*values) if len(values) == 2 else None
    if extended is not None:
        return extended
    for kind in (VARCHAR, VARBINARY):
        if len(values) > 1 and all(coerces(one.kind, kind) for one in values):
            return Typed(f"({' || '.join(coerce(one, kind).sql for one in values)})", kind)
    joint: Type | None = None
    for value in values:
        joint = value.kind if joint is None else common(joint, value.kind)
        if joint is None or joint.base != "array":
            kinds = ", ".join(str(one.kind) for one in values)
            text = f"Unexpected parameters ({kinds}) for function concat"
            place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    assert joint is not None
    parts = [coerce(one, joint).sql for one in values]
    joined = parts[0]
    for part in parts[1:]:
        joined = f"list_concat({joined}, {part})"
    nulls = " OR ".join(f"{part} IS NULL" for part in parts)
    return Typed(f"CASE WHEN {nulls} THEN NULL ELSE {joined} END", joint)


@special("array_join")
def array_join(node: exp.Anonymous, place: Place) -> Typed:
    """Elements as text, joined; NULLs are left out or replaced."""
    from millrace_localcloud.athena.casts import convert

    values = [place.typed(one) for one in node.expressions]
    if values and values[0].kind.base == "array":
        values[0] = convert(values[0], array(VARCHAR), node, place)
    return scalar("local array_join", values, node, place)


@special("zip")
def zip_arrays(node: exp.Anonymous, place: Place) -> Typed:
    """Rows of what stands at the same place of each array."""
    values = [place.typed(one) for one in node.expressions]
    if len(values) < 2 or any(one.kind.base != "array" for one in values):
        place.translation.fail("FUNCTION_NOT_FOUND", "Unexpected parameters for function zip", node)
    row = Type("row", tuple((None, one.kind.element) for one in values))
    return place.call(array_values.zipped, values, array(row))
