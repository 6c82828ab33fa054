"""A YAML document that remembers on which line each of its values stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from millrace.errors import Problem, SpecRejected

Path_ = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML 1.1's safe subset, where only ``true`` and ``false`` are truth values.

    YAML 1.1 reads the key ``on`` as true (YAML 1.2.2, section 10.2.1.2, does not).
    """


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF")
)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain values, and the 1-based line of each path into them."""

    file: str
    values: Any
    lines: dict[Path_, int]

    def place(self, path: Path_) -> str:
        """``write.mode (line 12)``; a path that is not there takes its nearest parent's line."""
        text = ".".join(str(part) for part in path) or "document"
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return f"{text} (line {self.lines[path[:length]]})"
        return text

    def value(self, path: Path_) -> Any:
        """The value at a path; KeyError when there is none."""
        found = self.values
        for part in path:
            try:
                found = found[part]
            except (IndexError, TypeError) as exc:
                raise KeyError(path) from exc
        return found


def read_document(file: Path, shown_as: str) -> Document:
    """Read YAML 1.1's safe subset.

    Args:
        file: What to read.
        shown_as: How problems name it.

    Raises:
        SpecRejected: It is missing, no YAML, or has a key twice.
    """
    try:
        text = file.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=_Loader)
        values = yaml.load(text, Loader=_Loader)
    except FileNotFoundError as exc:
        raise SpecRejected([Problem(shown_as, "", "no such file", "a dataset spec")]) from exc
    except UnicodeDecodeError as exc:
        raise SpecRejected(
            [Problem(shown_as, "", f"bytes that are no text: {exc}", "UTF-8")]
        ) from exc
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SpecRejected([Problem(shown_as, place, str(exc.problem), "YAML")]) from exc
    lines: dict[Path_, int] = {}
    twice = [
        Problem(
            shown_as,
            f"line {node.start_mark.line + 1}",
            f"key {node.value!r} again",
            "each key once",
        )
        for node in _walk(root, (), lines)
    ]
    if twice:
        raise SpecRejected(twice)
    return Document(shown_as, values, lines)


def _walk(node: yaml.Node | None, path: Path_, lines: dict[Path_, int]) -> Iterator[yaml.Node]:
    """Fill ``lines``; yield key nodes that repeat a key of their mapping."""
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, key.value)
            if below in lines:
                yield key
            lines[below] = key.start_mark.line + 1
            yield from _walk(value, below, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*path, index), lines)
