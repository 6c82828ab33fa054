"""Resource properties against AWS's schema: coerced as CloudFormation coerces, then checked.

CloudFormation takes ``"30"`` for a number and ``true`` for a string; the schema says which is
meant. Values that exist only later (:class:`Unresolved`, dynamic references) are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from millrace_localcloud.cloudformation.intrinsics import Unresolved

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


def is_later(value: Any) -> bool:
    """Whether the value is known only once resources or secrets are."""
    return isinstance(value, Unresolved) or (isinstance(value, str) and "{{resolve:" in value)


@dataclass(frozen=True, slots=True)
class Shape:
    """A resource type's schema."""

    schema: Mapping[str, Any]

    def coerce(self, value: Any, part: Any = None) -> Any:
        """``value`` with numbers, booleans and text as the schema has them."""
        part = self._followed(self.schema if part is None else part)
        if is_later(value):
            return value
        if isinstance(value, dict):
            return {key: self.coerce(one, self._property(part, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self.coerce(one, part.get("items", {})) for one in value]
        types = part.get("type")
        return _coerce_scalar(value, types) if isinstance(types, str) else value

    def faults(self, properties: Mapping[str, Any]) -> list[str]:
        """What is wrong with coerced properties, in CloudFormation's words; empty when nothing."""
        faults = list(self._check(properties, self.schema, "#"))
        for path in self.schema.get("readOnlyProperties", ()):
            names = path.split("/")[2:]
            if len(names) == 1 and names[0] in properties:
                faults.append(f"#: extraneous key [{names[0]}] is not permitted (read-only)")
        return faults

    def property_type(self, name: str) -> Any:
        """JSON type of a top-level property."""
        return self._followed(self._property(self.schema, name)).get("type")

    def _followed(self, part: Any) -> Mapping[str, Any]:
        followed: Mapping[str, Any] = part if isinstance(part, dict) else {}
        while "$ref" in followed:
            name = followed["$ref"].rsplit("/", 1)[-1]
            rest = {key: one for key, one in followed.items() if key != "$ref"}
            followed = {**self.schema.get("definitions", {}).get(name, {}), **rest}
        return followed

    def _property(self, part: Mapping[str, Any], key: str) -> Any:
        if key in part.get("properties", {}):
            return part["properties"][key]
        for pattern, one in part.get("patternProperties", {}).items():
            if _matches(pattern, key):
                return one
        more = part.get("additionalProperties")
        return more if isinstance(more, dict) else {}

    def _check(self, value: Any, part: Any, path: str) -> Iterator[str]:
        part = self._followed(part)
        if is_later(value):
            return
        if not _has_type(value, part.get("type")):
            yield f"{path}: expected type: {_type_names(part['type'])}, found: {_found(value)}"
            return
        yield from _check_value(value, part, path)
        if isinstance(value, dict):
            yield from self._check_object(value, part, path)
        elif isinstance(value, list) and "items" in part:
            for index, one in enumerate(value):
                yield from self._check(one, part["items"], f"{path}/{index}")
        yield from self._check_combined(value, part, path)

    def _check_object(
        self, value: Mapping[str, Any], part: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        for name in part.get("required", ()):
            if name not in value:
                yield f"{path}: required key [{name}] not found"
        for name, excluded in part.get("dependentExcluded", {}).items():
            both = [other for other in excluded if name in value and other in value]
            if both:
                yield f"{path}: {name} cannot be given with {', '.join(both)}"
        for key, one in value.items():
            known = self._property(part, key)
            if not known and key not in part.get("properties", {}):
                if part.get("additionalProperties") is False:
                    yield f"{path}: extraneous key [{key}] is not permitted"
                continue
            yield from self._check(one, known, f"{path}/{key}")

    def _check_combined(self, value: Any, part: Mapping[str, Any], path: str) -> Iterator[str]:
        for one in part.get("allOf", ()):
            yield from self._check(value, one, path)
        for keyword in ("anyOf", "oneOf"):
            options = part.get(keyword)
            if options and all(any(True for _ in self._check(value, o, path)) for o in options):
                yield f"{path}: no subschema of {keyword} matched out of {len(options)}"


def _check_value(value: Any, part: Mapping[str, Any], path: str) -> Iterator[str]:
    if "enum" in part and value not in part["enum"]:
        yield f"{path}: {value} is not a valid enum value"
    if "const" in part and value != part["const"]:
        yield f"{path}: {value} is not {part['const']}"
    if isinstance(value, str) and "pattern" in part and not _matches(part["pattern"], value):
        yield f"{path}: string [{value}] does not match pattern {part['pattern']}"
    for keyword, applies_to, measure, holds in _LIMITS:
        limit = part.get(keyword)
        if limit is None or not isinstance(value, applies_to) or isinstance(value, bool):
            continue
        if not holds(measure(value), limit):
            yield f"{path}: {keyword} is {limit}, found {measure(value)}"


_LIMITS: tuple[tuple[str, Any, Callable[[Any], Any], Callable[[Any, Any], bool]], ...] = (
    ("minLength", str, len, lambda found, limit: found >= limit),
    ("maxLength", str, len, lambda found, limit: found <= limit),
    ("minItems", list, len, lambda found, limit: found >= limit),
    ("maxItems", list, len, lambda found, limit: found <= limit),
    ("minimum", (int, float), lambda one: one, lambda found, limit: found >= limit),
    ("maximum", (int, float), lambda one: one, lambda found, limit: found <= limit),
)


def _coerce_scalar(value: Any, kind: str) -> Any:
    if kind == "string" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind == "boolean" and value in ("true", "false", "True", "False"):
        return value.lower() == "true"
    if kind in ("integer", "number") and isinstance(value, str):
        for number in (int, float) if kind == "number" else (int,):
            try:
                return number(value)
            except ValueError:
                continue
    return value


def _has_type(value: Any, types: Any) -> bool:
    if types is None:
        return True
    for name in [types] if isinstance(types, str) else types:
        if isinstance(value, bool) and name != "boolean":
            continue
        if isinstance(value, _PYTHON_TYPES[name]):
            return True
    return False


def _type_names(types: Any) -> str:
    return str(types).title() if isinstance(types, str) else " or ".join(types)


def _found(value: Any) -> str:
    names = {dict: "JSONObject", list: "JSONArray", str: "String", bool: "Boolean", int: "Integer"}
    return names.get(type(value), type(value).__name__)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        # The schemas' patterns are ECMAScript's; the few that Python cannot read are not checked.
        return True
