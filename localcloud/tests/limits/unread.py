"""Parameters that no code behind their operation names, found in moto's source and in ours.

A parameter counts as read when its name, in any spelling, stands in a function that its operation
may reach. Functions are followed by their bare names, so that one that nothing reads is told, and
one that another operation reads may be missed.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape, StructureShape
from moto.core.utils import camelcase_to_underscores

AWS = {"awslambda": "lambda"}
"""The services that AWS's models call otherwise than moto does."""
_OURS = {
    "awslambda": "functions",
    "cloudwatch": "alarms",
    "scheduler": "events",
    "ses": "mail",
    "sesv2": "mail",
    "sns": "mail",
}
"""Our packages that have another name than moto's."""
_FAR = 5
"""Calls from an operation to where its parameters are read."""
_ANYWHERE = {"get", "pop", "append", "update", "items", "keys", "values", "create", "delete"}
"""Names of too many functions to tell anything."""


@dataclass(frozen=True, slots=True)
class Function:
    """What stands in a function's source."""

    words: frozenset[str]
    calls: frozenset[str]
    may_answer: bool
    """Whether a request can end in it, and not only a call."""


class Input(dict[str, Shape]):
    """An operation's parameters."""

    def __init__(self, shape: StructureShape | None) -> None:
        super().__init__(shape.members if shape else {})
        self.required: Sequence[str] = shape.required_members if shape else ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One that moto or we answer."""

    service: str
    name: str
    unread: Sequence[str]


@cache
def operations(service: str) -> Sequence[Operation]:
    """Those of a service, as moto names it, with the parameters that nothing reads."""
    return list(_operations(service))


def _operations(service: str) -> Iterator[Operation]:
    functions = _functions(service)
    for operation, shape in inputs(service).items():
        entry = camelcase_to_underscores(operation)
        if any(each.may_answer for each in functions.get(entry, ())):
            words = _words(functions, entry)
            unread = [name for name, each in shape.items() if not _is_read(name, each, words)]
            yield Operation(service, operation, unread)


@cache
def inputs(service: str) -> dict[str, Input]:
    """The parameters of each operation that AWS has."""
    name = AWS.get(service, service)
    model = ServiceModel(Loader().load_service_model(name, "service-2"), name)
    shapes = {each: model.operation_model(each).input_shape for each in model.operation_names}
    return {each: Input(shape) for each, shape in shapes.items()}


def words_of(service: str) -> set[str]:
    """All that its code names, in their plainest spelling."""
    return {word for each in _sources(service) for word in _words_in(ast.parse(each.read_text()))}


def _functions(service: str) -> dict[str, list[Function]]:
    found = defaultdict(list)
    for file in _sources(service):
        may_answer = "responses" in str(file) or file.is_relative_to(_root("millrace_localcloud"))
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                found[node.name].append(_function(node, may_answer))
    return found


def _sources(service: str) -> Iterator[Path]:
    ours = _root("millrace_localcloud") / _OURS.get(service, service)
    for folder in (_root("moto") / service, ours):
        yield from folder.rglob("*.py")


def _root(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


def _function(node: ast.FunctionDef, may_answer: bool) -> Function:
    called = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    calls = {getattr(each, "attr", getattr(each, "id", "")) for each in called}
    return Function(frozenset(_words_in(node)), frozenset(calls), may_answer)


def _words_in(tree: ast.AST) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield plain(each.value)
            yield from map(plain, each.value.split("."))


def _words(functions: Mapping[str, Sequence[Function]], entry: str) -> set[str]:
    words: set[str] = set()
    seen, names = set(), {entry}
    for _ in range(_FAR):
        reached = [each for name in names - seen for each in functions.get(name, ())]
        seen |= names
        words |= {word for each in reached for word in each.words}
        names = {name for each in reached for name in each.calls} - _ANYWHERE
    return words


def _is_read(name: str, shape: Shape, words: set[str]) -> bool:
    # moto takes what is part of the path from the path.
    on_the_wire = shape.serialization.get("name", name)
    return shape.serialization.get("location") == "uri" or bool(
        {plain(name), plain(on_the_wire)} & words
    )


def plain(word: str) -> str:
    """Without what its spellings differ in."""
    return "".join(filter(str.isalnum, word)).lower()
