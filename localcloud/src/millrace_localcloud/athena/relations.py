"""What stands after FROM: tables, views, subqueries, joins, UNNEST, VALUES."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from millrace_localcloud.athena.scope import Field, Query, Scope, Typed
from millrace_localcloud.athena.tables import table_relation
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import BIGINT, BOOLEAN, common


@dataclass(frozen=True)
class Relation:
    """A relation's SQL and fields."""

    sql: str
    fields: tuple[Field, ...]
    prunes: bool = True
    """A condition of WHERE may be applied before the joins: none of them is outer."""


def relation_of_from(node: exp.Expression, place: Place) -> Relation:
    """The FROM clause; without one, a single row of no columns."""
    clause = node.args.get("from_")
    if clause is None:
        return Relation("", ())
    return joined(_item(clause.this, place), [*_inner_joins(clause.this), *_joins(node)], place)


def _joins(node: exp.Expression) -> list[exp.Join]:
    return list(node.args.get("joins") or ())


def _inner_joins(node: exp.Expression) -> list[exp.Join]:
    return _joins(node) if isinstance(node, exp.Table) else []


def joined(left: Relation, joins: Sequence[exp.Join], place: Place) -> Relation:
    """``left`` with each join applied in turn."""
    for join in joins:
        left = _join(left, join, place)
    return left


def _join(left: Relation, join: exp.Join, place: Place) -> Relation:
    translation = place.translation
    translation.only(join, "this", "side", "kind", "on", "using")
    side = str(join.args.get("side") or "").upper()
    kind = str(join.args.get("kind") or "").upper()
    if kind not in ("", "INNER", "OUTER", "CROSS"):
        translation.refuse(f"{kind} JOIN", join)
    seen = place.inside(Scope(fields=left.fields, parent=place.scope))
    right = _item(join.this, seen)
    fields = (*left.fields, *right.fields)
    on, using = join.args.get("on"), join.args.get("using")
    prunes = left.prunes and right.prunes and not side
    if using:
        return _join_using(left, right, side, using, join, place)
    if on is None:
        if side:
            translation.fail("SYNTAX_ERROR", f"{side} JOIN without ON", join)
        return Relation(f"{left.sql} CROSS JOIN {right.sql}", fields, prunes)
    condition = place.inside(Scope(fields=fields, parent=place.scope)).typed_as(
        on, BOOLEAN, "JOIN ON clause"
    )
    word = f"{side} JOIN" if side else "JOIN"
    return Relation(f"{left.sql} {word} {right.sql} ON {condition.sql}", fields, prunes)


def _join_using(
    left: Relation,
    right: Relation,
    side: str,
    using: Sequence[exp.Identifier],
    join: exp.Join,
    place: Place,
) -> Relation:
    conditions, shared, hidden = [], [], []
    for name in using:
        one, other = (_named(relation.fields, name, place) for relation in (left, right))
        kind = common(one.value.kind, other.value.kind)
        if kind is None:
            text = (
                f"Column '{name.name}' is of {one.value.kind} on one side and "
                f"{other.value.kind} on the other"
            )
            place.translation.fail("TYPE_MISMATCH", text, join)
        first, second = coerce(one.value, kind).sql, coerce(other.value, kind).sql
        place.translation.uses.add(one.uses | other.uses)
        conditions.append(f"{first} = {second}")
        chosen = {"RIGHT": second, "FULL": f"coalesce({first}, {second})"}.get(side, first)
        shared.append(Field(one.name, Typed(chosen, kind), one.uses | other.uses))
        hidden += [id(one), id(other)]
    rest = [one for one in (*left.fields, *right.fields) if id(one) not in hidden]
    word = f"{side} JOIN" if side else "JOIN"
    sql = f"{left.sql} {word} {right.sql} ON {' AND '.join(conditions)}"
    return Relation(sql, (*shared, *rest), left.prunes and right.prunes and not side)


def _named(fields: Sequence[Field], name: exp.Identifier, place: Place) -> Field:
    found = [one for one in fields if one.answers((), name.name.lower())]
    if len(found) != 1:
        text = f"Column '{name.name}' is missing from a side of the join or ambiguous"
        place.translation.fail("COLUMN_NOT_FOUND", text, name)
    return found[0]


def _item(node: exp.Expression, place: Place) -> Relation:
    if isinstance(node, exp.Table):
        return _table(node, place)
    if isinstance(node, exp.Unnest):
        return _unnest(node, place)
    if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
        place.translation.only(node, "this", "alias")
        return _aliased(_query(node.this, place), node, place, "LATERAL ")
    # Only LATERAL and UNNEST see the relations before them.
    place = place.inside(place.scope.parent or Scope())
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        place.translation.only(node, "this")
        inner = joined(_item(node.this, place), _joins(node.this), place)
        return replace(inner, sql=f"({inner.sql})")
    if isinstance(node, exp.Subquery | exp.Values):
        return _aliased(_query(node, place), node, place)
    place.translation.refuse(f"{type(node).__name__.upper()} after FROM", node)


def _query(node: exp.Expression, place: Place) -> Query:
    if isinstance(node, exp.Subquery):
        place.translation.only(node, "this", "alias", "with_")
        return place.query(node.this)
    return place.query(node)


def _table(node: exp.Table, place: Place) -> Relation:
    place.translation.only(node, "this", "db", "catalog", "alias", "joins")
    if not node.args.get("db"):
        query = place.scope.named_query(node.name)
        if query is not None:
            return _aliased(query, node, place, own_name=(node.name.lower(),))
    query, own_name = table_relation(node, place)
    return _aliased(query, node, place, own_name=own_name)


def _aliased(
    query: Query,
    node: exp.Expression,
    place: Place,
    lateral: str = "",
    own_name: tuple[str, ...] = (),
) -> Relation:
    name = place.translation.fresh("r")
    alias = node.args.get("alias")
    qualifier = (alias.name.lower(),) if alias is not None and alias.this else own_name
    names = [one.name for one in alias.columns] if alias is not None else []
    if names and len(names) != len(query.columns):
        text = (
            f"Column alias list has {len(names)} entries but '{alias.name}' has "
            f"{len(query.columns)} columns available"
        )
        place.translation.fail("MISMATCHED_COLUMN_ALIASES", text, node)
    fields = tuple(
        Field(
            names[index] if names else column.name,
            Typed(f"{name}.c{index}", column.value.kind),
            column.uses,
            qualifier,
            column.scanned,
        )
        for index, column in enumerate(query.columns)
    )
    return Relation(f"{lateral}({query.sql}) AS {name}", fields)


def _unnest(node: exp.Unnest, place: Place) -> Relation:
    translation = place.translation
    translation.only(node, "expressions", "alias", "offset")
    lengths, columns = [], []
    for written in node.expressions:
        value = place.typed(written)
        length, values = _elements(value, written, place)
        lengths.append(f"coalesce({length}, 0)")
        columns += values
    ordinality = node.args.get("offset")
    if ordinality:
        columns.append(Typed("i", BIGINT))
    listed = ", ".join(f"{value.sql} AS c{index}" for index, value in enumerate(columns))
    longest = f"greatest({', '.join(lengths)})" if len(lengths) > 1 else lengths[0]
    sql = f"SELECT {listed} FROM (SELECT unnest(range(1, {longest} + 1)) AS i)"
    query = Query(
        sql, tuple(Field(None, Typed(f"c{i}", one.kind)) for i, one in enumerate(columns))
    )
    alias = node.args.get("alias")
    if alias is not None and isinstance(ordinality, exp.Identifier):
        # sqlglot moves the last alias of WITH ORDINALITY out of the list.
        alias = alias.copy()
        alias.set("columns", [*alias.columns, ordinality.copy()])
        node = node.copy()
        node.set("alias", alias)
    return _aliased(query, node, place, "LATERAL ")


def _elements(value: Typed, node: exp.Expression, place: Place) -> tuple[str, list[Typed]]:
    from millrace_localcloud.athena.names import row_field

    if value.kind.base == "map":
        key, held = value.kind.args
        columns = [
            Typed(f"map_keys({value.sql})[i]", key),
            Typed(f"map_values({value.sql})[i]", held),
        ]
        return f"CAST(cardinality({value.sql}) AS BIGINT)", columns
    if value.kind.base != "array":
        text = f"Cannot unnest type: {value.kind}"
        place.translation.fail("INVALID_FUNCTION_ARGUMENT", text, node)
    element = Typed(f"{value.sql}[i]", value.kind.element)
    columns = [element]
    if element.kind.base == "row":
        columns = [row_field(element, index) for index in range(len(element.kind.args))]
    return f"len({value.sql})", columns
