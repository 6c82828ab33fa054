"""One folder below ``datasets/``: its spec, its transform and its views."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from millrace.errors import Problem, SpecRejected
from millrace.specs.document import Document, Path_, read_document
from millrace.specs.sql import SqlFile, check_view, refined_columns
from millrace_contracts import Dataset


@dataclass(frozen=True, slots=True)
class DeclaredDataset:
    """A dataset whose files agree with each other."""

    spec: Dataset
    transform: SqlFile | None
    views: tuple[SqlFile, ...]


def load_dataset(folder: Path) -> DeclaredDataset:
    """Read and check everything a dataset's folder declares.

    Raises:
        SpecRejected: Every problem found, each with file, place, what was found and what is
            allowed.
    """
    document = read_document(folder / "dataset.yaml", _shown(folder, folder / "dataset.yaml"))
    spec = _validate(document)
    problems: list[Problem] = []
    if spec.name != folder.name:
        problems.append(
            Problem(document.file, document.place(("name",)), repr(spec.name), repr(folder.name))
        )
    transform = _sql(folder, folder / "transform.sql")
    columns = refined_columns(spec, transform, problems)
    if columns is not None:
        problems += _unknown_columns(document, spec, columns)
    views = tuple(
        view for file in sorted(folder.glob("views/*.sql")) if (view := _sql(folder, file))
    )
    for view in views:
        problems += check_view(view, spec.name, columns)
    if problems:
        raise SpecRejected(problems)
    return DeclaredDataset(spec, transform, views)


def _shown(folder: Path, file: Path) -> str:
    return file.relative_to(folder.parent.parent).as_posix()


def _sql(folder: Path, file: Path) -> SqlFile | None:
    if not file.exists():
        return None
    return SqlFile(_shown(folder, file), file.stem, file.read_text(encoding="utf-8"))


def _validate(document: Document) -> Dataset:
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


def _unknown_columns(document: Document, spec: Dataset, columns: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(
            document.file,
            document.place(tuple(path.split("."))),
            f"column {name!r}",
            "one of " + ", ".join(columns),
        )
        for path, names in spec.column_uses().items()
        for name in names
        if name not in columns
    ]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
