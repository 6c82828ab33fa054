"""Columns, row fields and lambda variables."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.scope import Field, Scope, Typed
from millrace_localcloud.athena.translation import Place, handles, quoted
from millrace_localcloud.athena.types import Type, field_name


@handles(exp.Column)
def column(node: exp.Column, place: Place) -> Typed:
    """``x``, ``t.x``, ``db.t.x``, each perhaps followed by fields of a row."""
    if isinstance(node.this, exp.Star):
        place.translation.refuse("* inside an expression", node)
    return resolve([part.name for part in node.parts], node, place)


@handles(exp.Identifier)
def identifier(node: exp.Identifier, place: Place) -> Typed:
    """A bare name, as sqlglot leaves lambda variables."""
    return resolve([node.name], node, place)


@handles(exp.Dot)
def dot(node: exp.Dot, place: Place) -> Typed:
    """A field of a row expression."""
    return _field(place.typed(node.this), node.expression.name, node, place)


def resolve(parts: list[str], node: exp.Expression, place: Place) -> Typed:
    """What a dotted name means, looking outwards from where it stands."""
    names = [part.lower() for part in parts]
    scope: Scope | None = place.scope
    while scope is not None:
        if names[0] in scope.variables:
            return _fields(scope.variables[names[0]], names[1:], node, place)
        for fields in (scope.preferred, scope.fields):
            found = _find(fields, names, node, place)
            if found:
                place.translation.uses.add(found[0].uses)
                return _fields(found[0].value, found[1], node, place)
        scope = scope.parent
    shown = ".".join(parts)
    text = (
        f"Column '{shown}' cannot be resolved or requester is not authorized to "
        "access requested resources"
    )
    place.translation.fail("COLUMN_NOT_FOUND", text, node)


def _find(
    fields: object, names: list[str], node: exp.Expression, place: Place
) -> tuple[Field, list[str]] | None:
    assert isinstance(fields, list | tuple)
    for index in reversed(range(len(names))):
        found = [one for one in fields if one.answers(tuple(names[:index]), names[index])]
        if len({one.value.sql for one in found}) > 1:
            text = f"Column '{'.'.join(names)}' is ambiguous"
            place.translation.fail("AMBIGUOUS_NAME", text, node)
        if found:
            return found[0], names[index + 1 :]
    return None


def _fields(value: Typed, names: list[str], node: exp.Expression, place: Place) -> Typed:
    for name in names:
        value = _field(value, name, node, place)
    return value


def _field(row: Typed, name: str, node: exp.Expression, place: Place) -> Typed:
    if row.kind.base != "row":
        text = f"Expression is not of type ROW (actual: {row.kind})"
        place.translation.fail("TYPE_MISMATCH", text, node)
    for index, (known, _) in enumerate(row.kind.args):
        if known and known.lower() == name.lower():
            return row_field(row, index)
    text = (
        f"Column '{name}' cannot be resolved or requester is not authorized to "
        "access requested resources"
    )
    place.translation.fail("COLUMN_NOT_FOUND", text, node)


def row_field(row: Typed, index: int) -> Typed:
    """The field at ``index``, from 0."""
    kind: Type = row.kind.args[index][1]
    return Typed(f"struct_extract({row.sql}, {quoted(field_name(row.kind, index))})", kind)
