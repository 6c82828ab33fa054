"""Functions of functions (Trino documentation, "Lambda expressions")."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlglot import exp

from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import BOOLEAN, Type, array, storage


def _body(written: exp.Expression, given: list[Type], place: Place) -> tuple[list[str], Typed]:
    if not isinstance(written, exp.Lambda) or len(written.expressions) != len(given):
        place.translation.fail("TYPE_MISMATCH", "A lambda expression is expected", written)
    names = [place.translation.fresh("v") for _ in given]
    variables = {
        parameter.name.lower(): Typed(name, kind)
        for parameter, name, kind in zip(written.expressions, names, given, strict=True)
    }
    scope = replace(place.scope, variables={**place.scope.variables, **variables})
    return names, place.inside(scope).typed(written.this)


def _array(node: exp.Anonymous, count: int, place: Place) -> Typed:
    values = node.expressions
    held = place.typed(values[0]) if len(values) == count else None
    if held is None or held.kind.base != "array":
        text = f"Unexpected parameters for function {node.this}"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    return held


@special("transform")
def transform(node: exp.Anonymous, place: Place) -> Typed:
    """Each element changed."""
    held = _array(node, 2, place)
    names, body = _body(node.expressions[1], [held.kind.element], place)
    made = f"list_transform({held.sql}, lambda {names[0]}: {body.sql})"
    return Typed(f"CAST({made} AS {storage(array(body.kind))})", array(body.kind))


def _condition(node: exp.Anonymous, place: Place) -> tuple[Typed, str, str]:
    held = _array(node, 2, place)
    names, body = _body(node.expressions[1], [held.kind.element], place)
    if body.kind != BOOLEAN:
        place.translation.fail("TYPE_MISMATCH", "The lambda must return a boolean", node)
    return held, names[0], body.sql


@special("filter")
def filter_array(node: exp.Anonymous, place: Place) -> Typed:
    """The elements for which the condition is true."""
    held, name, condition = _condition(node, place)
    return Typed(f"list_filter({held.sql}, lambda {name}: coalesce({condition}, FALSE))", held.kind)


def _quantifier(node: exp.Anonymous, place: Place, decisive: str, otherwise: str) -> Typed:
    held, name, condition = _condition(node, place)
    results = f"list_transform({held.sql}, lambda {name}: {condition})"
    unknown = f"list_contains(list_transform({results}, lambda b: b IS NULL), TRUE)"
    return Typed(
        f"CASE WHEN {held.sql} IS NULL THEN NULL "
        f"WHEN list_contains({results}, {decisive}) THEN {_not(otherwise)} "
        f"WHEN {unknown} THEN NULL ELSE {otherwise} END",
        BOOLEAN,
    )


def _not(word: str) -> str:
    return "FALSE" if word == "TRUE" else "TRUE"


@special("any_match")
def any_match(node: exp.Anonymous, place: Place) -> Typed:
    """Whether an element meets the condition; unknown when only NULL stands against it."""
    return _quantifier(node, place, "TRUE", "FALSE")


@special("all_match")
def all_match(node: exp.Anonymous, place: Place) -> Typed:
    """Whether every element meets the condition."""
    return _quantifier(node, place, "FALSE", "TRUE")


@special("none_match")
def none_match(node: exp.Anonymous, place: Place) -> Typed:
    """Whether no element meets the condition."""
    return _quantifier(node, place, "TRUE", "TRUE")


@special("reduce")
def reduce(node: exp.Anonymous, place: Place) -> Typed:
    """The elements folded into one value."""
    held = _array(node, 4, place)
    state = place.typed(node.expressions[1])
    return folded(held, state, node.expressions[2], node.expressions[3], place)


def folded(
    held: Typed, state: Typed, stepped: exp.Expression, shown: exp.Expression | None, place: Place
) -> Typed:
    """``held`` folded by the lambda ``stepped``, the last state given to ``shown``."""
    _, step = _body(stepped, [state.kind, held.kind.element], place)
    # The state is as wide as what the step makes of it: 0 + decimal is a decimal.
    kind = step.kind
    names, step = _body(stepped, [kind, held.kind.element], place)
    if step.kind != kind:
        place.translation.refuse("reduce whose state has no fixed type", stepped)
    given = Typed("last", kind)
    last, output = (["last"], given) if shown is None else _body(shown, [kind], place)
    # DuckDB folds values of one type: each element travels in a pair with the state.
    pairs = f"list_transform({held.sql}, lambda e: {{'s': CAST(NULL AS {storage(kind)}), 'e': e}})"
    first = f"{{'s': {coerce(state, kind).sql}, 'e': CAST(NULL AS {storage(held.kind.element)})}}"
    body = re.sub(rf"\b{names[0]}\b", "p.s", step.sql)
    body = re.sub(rf"\b{names[1]}\b", "q.e", body)
    result = (
        f"list_reduce({pairs}, lambda p, q: {{'s': {body}, "
        f"'e': CAST(NULL AS {storage(held.kind.element)})}}, {first}).s"
    )
    result = f"list_transform([{result}], lambda {last[0]}: {output.sql})[1]"
    return Typed(f"CASE WHEN {held.sql} IS NOT NULL THEN {result} END", output.kind)
