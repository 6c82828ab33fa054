"""CORRESPONDING: set operations whose columns meet by name (Trino documentation, "SELECT")."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from millrace_localcloud.athena.scope import Query, Typed
from millrace_localcloud.athena.translation import Place


def corresponding(
    left: Query, right: Query, node: exp.Expression, place: Place
) -> tuple[Query, Query]:
    """Both sides with the columns that both have, in the order of the left side."""
    sides = [[(one.name or "").lower() for one in side.columns] for side in (left, right)]
    if any("" in names or len(set(names)) < len(names) for names in sides):
        place.translation.refuse("CORRESPONDING of columns without names of their own", node)
    shared = [name for name in sides[0] if name in sides[1]]
    if not shared:
        place.translation.fail("TYPE_MISMATCH", "No corresponding columns", node)
    return _chosen(left, sides[0], shared), _chosen(right, sides[1], shared)


def _chosen(query: Query, names: list[str], shared: list[str]) -> Query:
    places = [names.index(name) for name in shared]
    listed = ", ".join(f"c{place} AS c{index}" for index, place in enumerate(places))
    columns = tuple(
        replace(query.columns[place], value=Typed(f"c{index}", query.columns[place].value.kind))
        for index, place in enumerate(places)
    )
    return Query(f"SELECT {listed} FROM ({query.sql}) AS q", columns)
