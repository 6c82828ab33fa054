"""A name after FROM: a table to scan, a view to expand, or information_schema."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from sqlglot import exp

from millrace_localcloud.athena.catalog import CATALOG, Table
from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.information_schema import information_schema
from millrace_localcloud.athena.scans import Scan
from millrace_localcloud.athena.scope import Field, Query, Scope, Typed
from millrace_localcloud.athena.syntax import parse
from millrace_localcloud.athena.translation import Place, as_kinds
from millrace_localcloud.athena.types import coerces
from millrace_localcloud.athena.written_types import written_type


def table_relation(node: exp.Table, place: Place) -> tuple[Query, tuple[str, ...]]:
    """The query that reads the table, and the names by which it may be called.

    Raises:
        QueryFailed: TABLE_NOT_FOUND, SCHEMA_NOT_FOUND or CATALOG_NOT_FOUND at the name.
    """
    translation = place.translation
    if not isinstance(node.this, exp.Identifier):
        translation.refuse("a table function", node)
    catalog = (node.catalog or CATALOG).lower()
    database = (node.db or translation.database).lower()
    name = node.name.lower()
    if catalog != CATALOG:
        translation.fail("CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist", node)
    own_name = (catalog, database, name)
    if database == "information_schema":
        found = information_schema(name, translation.catalog)
        if found is None:
            _missing(node, catalog, database, place)
        return found, own_name
    if not translation.catalog.has_database(database):
        translation.fail("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", node)
    table = translation.catalog.table(database, name)
    if table is None:
        _missing(node, catalog, database, place)
    return (_view if table.is_view else _scan)(table, node, place), own_name


def _missing(node: exp.Table, catalog: str, database: str, place: Place) -> NoReturn:
    text = f"Table '{catalog}.{database}.{node.name.lower()}' does not exist"
    place.translation.fail("TABLE_NOT_FOUND", text, node)


def _scan(table: Table, node: exp.Table, place: Place) -> Query:
    name = place.translation.fresh("scan")
    place.translation.scans[name] = Scan(table)
    columns = tuple(
        Field(
            column.name,
            Typed(f"c{index}", column.kind),
            frozenset({(name, index)}),
            scanned=(name, index),
        )
        for index, column in enumerate(table.columns)
    )
    return Query(f"SELECT * FROM {name}", columns)


def _view(table: Table, node: exp.Table, place: Place) -> Query:
    definition = table.view_definition()
    shown = f"{CATALOG}.{table.database}.{table.name}"
    if definition is None:
        place.translation.refuse(f"the view {shown}, which Athena did not make", node)
    if shown in place.translation.views:
        place.translation.fail("VIEW_IS_RECURSIVE", f"View is recursive: {shown}", node)
    inner = replace(
        place.translation,
        sql=definition["originalSql"],
        database=definition["schema"],
        views=(*place.translation.views, shown),
    )
    stale = f"View '{shown}' is stale or in invalid state: "
    try:
        query = Place(inner, Scope()).query(parse(definition["originalSql"]))
    except QueryFailed as error:
        text = f"Failed analyzing stored view '{shown}': {error}"
        place.translation.fail("INVALID_VIEW", text, node)
    declared = definition["columns"]
    if len(declared) != len(query.columns):
        text = (
            "stored view column count does not match column count derived from the "
            "view query analysis"
        )
        place.translation.fail("VIEW_IS_STALE", stale + text, node)
    kinds = []
    for index, (stored, found) in enumerate(zip(declared, query.columns, strict=True)):
        kind = written_type(_type_node(stored["type"]), place)
        if not coerces(found.value.kind, kind):
            text = (
                f"column [{stored['name']}] of type {found.value.kind} projected from query view "
                f"at position {index} cannot be coerced to column [{stored['name']}] of type "
                f"{kind} stored in view definition"
            )
            place.translation.fail("VIEW_IS_STALE", stale + text, node)
        # The zone of a timestamp is not in the stored type; the query still shows it.
        kinds.append(found.value.kind if kind.base == found.value.kind.base else kind)
    columns = tuple(
        replace(found, name=stored["name"], value=Typed(f"c{index}", kind))
        for index, (stored, found, kind) in enumerate(
            zip(declared, query.columns, kinds, strict=True)
        )
    )
    return Query(as_kinds(query, kinds), columns)


def _type_node(text: str) -> exp.Expression:
    tree = parse(f"SELECT CAST(NULL AS {text})")
    cast = tree.find(exp.Cast)
    assert cast is not None
    return cast.args["to"]
