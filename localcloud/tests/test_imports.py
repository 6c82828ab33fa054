"""Modules of the package: none needs itself, not even inside a function."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import millrace_localcloud

PACKAGE = Path(millrace_localcloud.__file__).parent


def modules():
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts).removesuffix(".__init__"), ast.parse(path.read_text())


def imported(node):
    """Names that are imported below a node when it runs, not for types alone."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.ImportFrom) and node.module:
        for name in node.names:
            yield node.module, f"{node.module}.{name.name}"
    for child in ast.iter_child_nodes(node):
        yield from imported(child)


def test_no_module_needs_itself():
    trees = dict(modules())
    needs = {
        name: {one if one in trees else module for module, one in imported(tree)} & trees.keys()
        for name, tree in trees.items()
    }

    assert len(needs) > 300
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as exc:
        raise AssertionError(" needs ".join(reversed(exc.args[1]))) from None
