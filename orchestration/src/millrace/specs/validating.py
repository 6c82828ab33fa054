"""A dataset's spec, with problems named as the document has them."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from millrace.errors import Problem, SpecRejected
from millrace.specs.document import Document, Path_
from millrace_contracts import Dataset


def validate_spec(document: Document) -> Dataset:
    """The spec that a document declares. Raises SpecRejected, with every problem."""
    try:
        return Dataset.model_validate(document.values)
    except ValidationError as exc:
        raise SpecRejected([_problem(document, error) for error in exc.errors()]) from exc


def _problem(document: Document, error: ErrorDetails) -> Problem:
    path = _yaml_path(document, error["loc"])
    if error["type"] == "extra_forbidden":
        return Problem(
            document.file,
            document.place(path),
            f"unknown key {path[-1]!r}",
            _keys_allowed(document, path),
        )
    if error["type"] == "missing":
        return Problem(document.file, document.place(path), "nothing", "a value: it is required")
    if error["type"] == "union_tag_invalid":
        path = (*path, "kind")
        found, allowed = error["ctx"]["tag"], error["ctx"]["expected_tags"]
        return Problem(document.file, document.place(path), repr(found), f"one of {allowed}")
    message = error["msg"].removeprefix("Value error, ").rpartition("; allowed: ")[2]
    return Problem(document.file, document.place(path), _short(error["input"]), message)


def _yaml_path(document: Document, loc: tuple[str | int, ...]) -> Path_:
    """Location of an error without the tags of unions, which are no keys of the document."""
    path: Path_ = ()
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if last or (*path, part) in document.lines:
            path = (*path, part)
    return path


def _keys_allowed(document: Document, path: Path_) -> str:
    schema = Dataset.model_json_schema()
    names = _properties(schema, schema, path[:-1], document.values)
    return "one of " + ", ".join(sorted(names)) if names else "no key here"


def _properties(schema: dict, part: dict, path: Path_, value: Any) -> set[str]:  # type: ignore[type-arg]
    """Names of the properties that the schema has at a path.

    Of a union it is the branch that ``value``'s kind names; without one, every branch.
    """
    if "$ref" in part:
        below = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        return _properties(schema, below, path, value)
    branches = part.get("anyOf", part.get("oneOf"))
    if branches:
        kind = value.get("kind") if isinstance(value, dict) else None
        named = part.get("discriminator", {}).get("mapping", {}).get(kind)
        chosen = [{"$ref": named}] if named else branches
        return set().union(*(_properties(schema, one, path, value) for one in chosen))
    if not path:
        return set(part.get("properties", ()))
    below = (
        part.get("items") if isinstance(path[0], int) else part.get("properties", {}).get(path[0])
    )
    if not below:
        return set()
    return _properties(schema, below, path[1:], _below(value, path[0]))


def _below(value: Any, part: str | int) -> Any:
    """What stands below ``part``; None when nothing does."""
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
