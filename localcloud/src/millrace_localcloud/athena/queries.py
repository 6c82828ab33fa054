"""SELECT, set operations, VALUES and WITH as DuckDB SQL."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from millrace_localcloud.athena.clauses import group_by, limit, order_by
from millrace_localcloud.athena.corresponding import corresponding
from millrace_localcloud.athena.relations import relation_of_from
from millrace_localcloud.athena.row_fields import fields_of_row
from millrace_localcloud.athena.scope import Field, Query, Scope, Typed, Use
from millrace_localcloud.athena.translation import Place, as_kinds
from millrace_localcloud.athena.types import BOOLEAN, common
from millrace_localcloud.athena.value_lists import values
from millrace_localcloud.athena.window_names import with_windows


def translate_query(node: exp.Expression, place: Place) -> Query:
    """Translate a query that stands at ``place``, whose names it may use."""
    place = _with(node, place)
    if isinstance(node, exp.Subquery):
        place.translation.only(node, "this", "with_", "order", "limit", "offset")
        return _ordered(node, translate_query(node.this, place), place)
    if isinstance(node, exp.Select):
        return _select(node, place)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, place)
    if isinstance(node, exp.Values):
        return values(node, place)
    place.translation.refuse(f"the query {type(node).__name__.upper()}", node)


def _with(node: exp.Expression, place: Place) -> Place:
    clause = node.args.get("with_")
    if clause is None:
        return place
    if clause.args.get("recursive"):
        place.translation.refuse("WITH RECURSIVE", node)
    if clause.args.get("udfs"):
        place.translation.refuse("WITH FUNCTION", node)
    for one in clause.expressions:
        place.translation.only(one, "this", "alias")
        query = translate_query(one.this, place)
        names = one.args["alias"].columns
        if names and len(names) != len(query.columns):
            text = (
                f"Column alias list has {len(names)} entries but relation has "
                f"{len(query.columns)} columns"
            )
            place.translation.fail("MISMATCHED_COLUMN_ALIASES", text, one)
        if names:
            columns = zip(query.columns, names, strict=True)
            query = replace(
                query, columns=tuple(replace(column, name=name.name) for column, name in columns)
            )
        named = {one.alias.lower(): query}
        place = place.inside(Scope(parent=place.scope, named=named))
    return place


_SELECT_CLAUSES = (
    "with_",
    "distinct",
    "expressions",
    "from_",
    "joins",
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
)


def _select(node: exp.Select, place: Place) -> Query:
    translation = place.translation
    node = with_windows(node, translation)
    translation.only(node, *_SELECT_CLAUSES)
    source = relation_of_from(node, place)
    inner = place.inside(Scope(fields=source.fields, parent=place.scope))
    columns = _items(node, inner)
    listed = [f"{column.value.sql} AS c{index}" for index, column in enumerate(columns)]
    distinct = node.args.get("distinct")
    if distinct is not None:
        translation.only(distinct)
    parts = [f"SELECT {'DISTINCT ' if distinct else ''}{', '.join(listed)}"]
    if source.sql:
        parts.append(f"FROM {source.sql}")
    where = node.args.get("where")
    if where is not None:
        parts.append(f"WHERE {_where(where.this, inner, prunes=source.prunes)}")
    parts += group_by(node, inner, columns)
    having = node.args.get("having")
    if having is not None:
        parts.append(f"HAVING {inner.typed_as(having.this, BOOLEAN, 'HAVING clause').sql}")
    parts += order_by(node, inner, columns, distinct=distinct is not None)
    parts += limit(node, place)
    if distinct is not None:
        for column in columns:
            translation.uses.add(column.uses)
    return Query(" ".join(parts), tuple(columns))


def _where(node: exp.Expression, place: Place, *, prunes: bool) -> str:
    conjuncts = list(node.flatten()) if isinstance(node, exp.And) else [node]
    shown = []
    for conjunct in conjuncts:
        with place.translation.uses.apart() as used:
            condition = place.typed_as(conjunct, BOOLEAN, "WHERE clause")
        place.translation.uses.add(frozenset(used))
        shown.append(condition.sql)
        if prunes and not conjunct.find(exp.Select):
            _narrow(condition.sql, used, place)
    return " AND ".join(shown)


def _narrow(condition: str, used: set[Use], place: Place) -> None:
    """Tell the scan of a condition that is about its partition columns alone."""
    fields = [one for one in place.scope.fields if one.uses & used]
    relations = {one.value.sql.partition(".")[0] for one in fields}
    if len(relations) == 1 and all(one.scanned in used for one in fields):
        scan = place.translation.scans[next(iter(used))[0]]
        scan.narrow(condition, relations.pop(), {index for _, index in used})


def _items(node: exp.Select, place: Place) -> list[Field]:
    columns: list[Field] = []
    for item in node.expressions:
        starred = _star(item, place) or fields_of_row(item, place)
        if starred is not None:
            columns += starred
            continue
        alias = item.alias if isinstance(item, exp.Alias) else None
        written = item.this if isinstance(item, exp.Alias) else item
        with place.translation.uses.apart() as used:
            value = place.typed(written)
        name = alias or _own_name(written)
        columns.append(Field(name, value, frozenset(used)))
    return columns


def _own_name(node: exp.Expression) -> str | None:
    if isinstance(node, exp.Column):
        return node.name
    return node.expression.name if isinstance(node, exp.Dot) else None


def _star(item: exp.Expression, place: Place) -> list[Field] | None:
    qualifier: tuple[str, ...] = ()
    star = item
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        qualifier = tuple(part.name.lower() for part in item.parts[:-1])
        star = item.this
    if not isinstance(star, exp.Star):
        return None
    place.translation.only(star)
    fields = [
        one
        for one in place.scope.fields
        if not qualifier or one.qualifier[-len(qualifier) :] == qualifier
    ]
    if not fields:
        text = "SELECT * not allowed in queries without FROM clause"
        if qualifier:
            text = f"Unable to resolve reference {'.'.join(qualifier)}"
        place.translation.fail("TABLE_NOT_FOUND" if qualifier else "COLUMN_NOT_FOUND", text, item)
    return [replace(one, qualifier=(), scanned=None) for one in fields]


def _set_operation(node: exp.SetOperation, place: Place) -> Query:
    known = ("with_", "this", "expression", "distinct", "order", "limit", "offset")
    by_name = bool(node.args.get("by_name"))
    # sqlglot gives what CORRESPONDING has no words for a kind, INNER.
    inner = node.args.get("kind") == "INNER"
    place.translation.only(node, *known, *(("by_name", "kind") if by_name and inner else ()))
    word = type(node).__name__.upper()
    everything = not node.args.get("distinct")
    if everything and word != "UNION":
        place.translation.refuse(f"{word} ALL", node)
    left, right = (translate_query(node.args[side], place) for side in ("this", "expression"))
    if by_name:
        left, right = corresponding(left, right, node, place)
    if len(left.columns) != len(right.columns):
        text = (
            f"{word} query has different number of fields: {len(left.columns)}, "
            f"{len(right.columns)}"
        )
        place.translation.fail("TYPE_MISMATCH", text, node)
    columns = []
    for index, (one, other) in enumerate(zip(left.columns, right.columns, strict=True)):
        kind = common(one.value.kind, other.value.kind)
        if kind is None:
            text = (
                f"column {index + 1} in {word} query has incompatible types: "
                f"{one.value.kind}, {other.value.kind}"
            )
            place.translation.fail("TYPE_MISMATCH", text, node)
        columns.append(Field(one.name, Typed(f"c{index}", kind), one.uses | other.uses))
    if not everything:
        for column in columns:
            place.translation.uses.add(column.uses)
    kinds = [column.value.kind for column in columns]
    sides = (as_kinds(side, kinds) for side in (left, right))
    sql = f" {word}{' ALL' if everything else ''} ".join(f"({side})" for side in sides)
    return _ordered(node, Query(sql, tuple(columns)), place)


def _ordered(node: exp.Expression, query: Query, place: Place) -> Query:
    if not any(node.args.get(name) for name in ("order", "limit", "offset")):
        return query
    columns = [
        replace(column, value=Typed(f"c{index}", column.value.kind))
        for index, column in enumerate(query.columns)
    ]
    scope = Scope(fields=columns, parent=place.scope)
    parts = [f"SELECT * FROM ({query.sql}) AS q"]
    parts += order_by(node, place.inside(scope), columns, distinct=False)
    parts += limit(node, place)
    return Query(" ".join(parts), tuple(columns))
