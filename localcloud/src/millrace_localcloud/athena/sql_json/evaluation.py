"""JSON path expressions, evaluated (Trino documentation, "JSON path syntax and semantics")."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from millrace_localcloud.athena.sql_json.comparing import compared, starts_with
from millrace_localcloud.athena.sql_json.items import Fraction, JsonFault, refused
from millrace_localcloud.athena.sql_json.paths import Node

Items = list[Any]
_SMALL = 2**31


def fault(text: str) -> JsonFault:
    """PATH_EVALUATION_ERROR."""
    return JsonFault("PATH_EVALUATION_ERROR", f"path evaluation failed: {text}")


@dataclass(frozen=True)
class Evaluation:
    """What a path's names mean while it is evaluated."""

    is_strict: bool
    context: Any
    variables: dict[str, Any]
    current: Any = None
    last: int | None = None

    def items(self, node: Node) -> Items:
        """The sequence of items that a path gives.

        Raises:
            JsonFault: An error of evaluation, which ON ERROR handles.
            FunctionFailed: Nothing here knows the answer.
        """
        found: Items = getattr(self, f"_{node[0]}")(*node[1:])
        return found

    def _context(self) -> Items:
        return [self.context]

    def _current(self) -> Items:
        return [self.current]

    def _last(self) -> Items:
        if self.last is None:
            raise fault("last outside of an array")
        return [self.last]

    def _literal(self, value: Any) -> Items:
        if isinstance(value, float):
            raise refused("a number with a fraction in a JSON path")
        return [value]

    def _variable(self, name: str) -> Items:
        return [self.variables[name]]

    def _unary(self, sign: str, inner: Node) -> Items:
        numbers = [self._whole(one) for one in self._unwrapped(self.items(inner))]
        return [-one if sign == "-" else one for one in numbers]

    def _whole(self, item: Any) -> int:
        if isinstance(item, Fraction):
            raise refused("arithmetic with fractions in a JSON path")
        if not isinstance(item, int) or isinstance(item, bool):
            raise fault("invalid item type. Expected: NUMBER")
        return item

    def _binary(self, sign: str, left: Node, right: Node) -> Items:
        sides = [self._unwrapped(self.items(one)) for one in (left, right)]
        if any(len(one) != 1 for one in sides):
            raise fault("arithmetic binary expression requires singleton operands")
        first, second = (self._whole(one[0]) for one in sides)
        if sign in "/%" and not second:
            raise fault("Division by zero")
        made = {
            "+": first + second,
            "-": first - second,
            "*": first * second,
            "/": abs(first) // abs(second or 1) * (1 if first * second >= 0 else -1),
            "%": abs(first) % abs(second or 1) * (1 if first >= 0 else -1),
        }[sign]
        if not -_SMALL <= made < _SMALL:
            raise refused("large numbers in the arithmetic of a JSON path")
        return [made]

    def _unwrapped(self, items: Items) -> Items:
        if self.is_strict:
            return items
        return [part for one in items for part in (one if isinstance(one, list) else [one])]

    def _objects(self, inner: Node) -> Iterator[dict[str, Any]]:
        for item in self._unwrapped(self.items(inner)):
            if isinstance(item, dict):
                yield item
            elif self.is_strict:
                raise fault("invalid item type. Expected: OBJECT")

    def _member(self, inner: Node, key: str) -> Items:
        found = []
        for item in self._objects(inner):
            if key in item:
                found.append(item[key])
            elif self.is_strict:
                raise fault(f"missing member '{key}' in JSON object")
        return found

    def _members(self, inner: Node) -> Items:
        return [value for item in self._objects(inner) for value in item.values()]

    def _descendants(self, inner: Node, key: str) -> Items:
        return [found for one in self.items(inner) for found in _below(one, key)]

    def _elements(self, inner: Node, subscripts: Any) -> Items:
        found = []
        for item in self.items(inner):
            if not isinstance(item, list) and self.is_strict:
                raise fault("invalid item type. Expected: ARRAY")
            held = item if isinstance(item, list) else [item]
            found += held if subscripts is None else self._at(held, subscripts)
        return found

    def _at(self, held: Items, subscripts: Any) -> Items:
        inside, found = replace(self, last=len(held) - 1), []
        for first, second in subscripts:
            start = inside._index(first)
            end = start if second is None else inside._index(second)
            if self.is_strict and not 0 <= start <= end < len(held):
                raise fault("invalid array subscript")
            found += held[max(start, 0) : max(end + 1, 0)]
        return found

    def _index(self, node: Node) -> int:
        items = self.items(node)
        if len(items) != 1:
            raise fault("array subscript must be a singleton")
        return self._whole(items[0])

    def _filter(self, inner: Node, predicate: Node) -> Items:
        items = self._unwrapped(self.items(inner))
        return [one for one in items if replace(self, current=one).holds(predicate) is True]

    def _method(self, inner: Node, name: str) -> Items:
        items = self.items(inner)
        if name == "type":
            return [_type(one) for one in items]
        if name == "size":
            if self.is_strict and not all(isinstance(one, list) for one in items):
                raise fault("invalid item type. Expected: ARRAY")
            return [len(one) if isinstance(one, list) else 1 for one in items]
        items = self._unwrapped(items)
        if name == "keyvalue":
            return self._pairs(items)
        return [_rounded(name, one) for one in items]

    def _pairs(self, items: Items) -> Items:
        if not all(isinstance(one, dict) for one in items):
            raise fault("invalid item type. Expected: OBJECT")
        return [
            {"name": key, "value": value, "id": index}
            for index, one in enumerate(items)
            for key, value in one.items()
        ]

    def holds(self, node: Node) -> bool | None:
        """A predicate's answer; None is unknown."""
        kind = node[0]
        if kind in ("and", "or"):
            return _joined(kind, self.holds(node[1]), self.holds(node[2]))
        if kind == "not":
            inner = self.holds(node[1])
            return None if inner is None else not inner
        if kind == "unknown":
            return self.holds(node[1]) is None
        try:
            if kind == "exists":
                return bool(self.items(node[1]))
            sides = node[1:] if kind == "starts" else node[2:]
            left, right = (self._unwrapped(self.items(one)) for one in sides)
        except JsonFault:
            return None
        if kind == "starts":
            return starts_with(left, right, self.is_strict)
        return compared(node[1], left, right, self.is_strict)


def _joined(word: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = word == "or"
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


def _below(item: Any, key: str) -> Iterator[Any]:
    if isinstance(item, dict):
        if key in item:
            yield item[key]
        inner = list(item.values())
    else:
        inner = item if isinstance(item, list) else []
    for one in inner:
        yield from _below(one, key)


def _type(item: Any) -> str:
    if item is None:
        return "null"
    kinds = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds.get(type(item), "number")


def _rounded(name: str, item: Any) -> Any:
    if isinstance(item, Fraction) and name == "abs":
        return Fraction(item.text.removeprefix("-"))
    if isinstance(item, Fraction):
        raise refused(f"{name}() of a number with a fraction in a JSON path")
    if not isinstance(item, int) or isinstance(item, bool):
        raise fault("invalid item type. Expected: NUMBER")
    functions: dict[str, Callable[[int], int]] = {"abs": abs}
    return functions.get(name, operator.pos)(item)
