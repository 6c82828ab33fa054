"""Declarations of functions: ``declare("upper(varchar) -> varchar", "upper({0})")``.

In a signature a capital letter is any type, the same one wherever it stands again; ``N`` is any
number and ``I`` any integer type. ``...`` repeats the last parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.athena.hive_types import split_top
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import coerce
from millrace_localcloud.athena.types import (
    INTEGERS,
    NUMBERS,
    UNKNOWN,
    ZONED,
    Type,
    coerces,
    common,
)

Meaning = str | Callable[..., Any]


@dataclass(frozen=True)
class Function:
    """One overload."""

    parameters: tuple[Type, ...]
    result: Type
    meaning: Meaning
    """DuckDB SQL with ``{0}``, or a Python function of the values."""
    repeats: bool = False
    sees_nulls: bool = False

    def differences(self, kinds: Sequence[Type]) -> int:
        """How many arguments are not of the very type of their parameter."""
        same = sum(one == other for one, other in zip(self.parameters, kinds, strict=False))
        return len(kinds) - same

    def bind(self, arguments: Sequence[Typed]) -> tuple[list[Typed], Type] | None:
        """Arguments coerced to the parameters, and the result; None when they do not fit."""
        parameters = self.parameters
        if self.repeats and len(arguments) >= len(parameters):
            parameters += parameters[-1:] * (len(arguments) - len(parameters))
        if len(arguments) != len(parameters):
            return None
        bound: dict[str, Type] = {}
        for parameter, argument in zip(parameters, arguments, strict=True):
            if not _match(parameter, argument.kind, bound):
                return None
        kinds = [_filled(parameter, bound) for parameter in parameters]
        pairs = list(zip(arguments, kinds, strict=True))
        if not all(_fits(argument.kind, kind) for argument, kind in pairs):
            return None
        return [_given(argument, kind) for argument, kind in pairs], _filled(self.result, bound)


def _fits(found: Type, wanted: Type) -> bool:
    if found.base == wanted.base and found.base in ("timestamp", ZONED):
        return True
    return coerces(found, wanted)


def _given(argument: Typed, kind: Type) -> Typed:
    return argument if argument.kind.base == kind.base == "timestamp" else coerce(argument, kind)


SCALARS: dict[str, list[Function]] = {}
AGGREGATES: dict[str, list[Function]] = {}
WINDOWS: dict[str, list[Function]] = {}


def declare(signature: str, meaning: Meaning, *, sees_nulls: bool = False) -> None:
    """Declare a scalar function."""
    _add(SCALARS, signature, meaning, sees_nulls)


def aggregate(signature: str, meaning: str) -> None:
    """Declare an aggregate; ``sum[{0}]`` is where DISTINCT, ORDER BY, FILTER and OVER go."""
    _add(AGGREGATES, signature, meaning, False)


def window(signature: str, meaning: str) -> None:
    """Declare a function that exists with OVER only."""
    _add(WINDOWS, signature, meaning, False)


def _add(known: dict[str, list[Function]], signature: str, meaning: Meaning, nulls: bool) -> None:
    head, _, result = signature.partition(" -> ")
    name, _, rest = head.partition("(")
    inside = rest.rpartition(")")[0]
    repeats = inside.endswith("...")
    parts = [part for part in split_top(inside.removesuffix("...")) if part.strip()]
    function = Function(tuple(map(_type, parts)), _type(result), meaning, repeats, nulls)
    known.setdefault(name, []).append(function)


def _type(text: str) -> Type:
    text = text.strip()
    if text in ("interval day to second", "interval year to month", ZONED):
        return Type(text)
    head, _, rest = text.partition("(")
    if not rest:
        return Type("timestamp", (3,)) if head == "timestamp" else Type(head)
    inside = split_top(rest[:-1])
    if head in ("decimal", "timestamp", "varchar"):
        return Type(head, tuple(int(part) for part in inside))
    if head == "row":
        return Type("row", tuple((None, _type(part)) for part in inside))
    return Type(head, tuple(map(_type, inside)))


def _is_variable(kind: Type) -> bool:
    return len(kind.base) == 1


def _match(parameter: Type, found: Type, bound: dict[str, Type]) -> bool:
    name = parameter.base
    if _is_variable(parameter):
        if name == "N" and found.base not in (*NUMBERS, "unknown"):
            return False
        if name == "I" and found.base not in (*INTEGERS, "unknown"):
            return False
        met = common(bound.get(name, UNKNOWN), found)
        if met is None:
            return False
        bound[name] = met
        return True
    if found == UNKNOWN or name not in ("array", "map", "row"):
        return True
    if found.base != name or len(found.args) != len(parameter.args):
        return False
    if name == "row":
        pairs = [(a[1], b[1]) for a, b in zip(parameter.args, found.args, strict=True)]
    else:
        pairs = list(zip(parameter.args, found.args, strict=True))
    return all(_match(one, other, bound) for one, other in pairs)


def _filled(kind: Type, bound: dict[str, Type]) -> Type:
    if _is_variable(kind):
        return bound.get(kind.base, UNKNOWN)
    if kind.base == "row":
        return Type("row", tuple((name, _filled(field, bound)) for name, field in kind.args))
    if kind.base in ("array", "map"):
        return Type(kind.base, tuple(_filled(part, bound) for part in kind.args))
    return kind
