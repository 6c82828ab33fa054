"""The suite itself: it must be able to run where there is no local cloud."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
INSIDE = ("control", "home", "process", "endpoint")


def modules():
    return sorted(path for path in HERE.rglob("*.py") if path != Path(__file__))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def test_nothing_of_the_local_cloud_is_imported_or_asked():
    found = []
    for path in modules():
        tree = ast.parse(path.read_text())
        names = [name for name in imported(tree) if name.startswith(("millrace", "moto"))]
        inside = [
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in INSIDE
        ]
        if names or inside:
            found.append((path.relative_to(HERE), names, inside))

    assert len(modules()) > 20
    assert found == []


def test_only_what_starts_the_local_cloud_uses_its_fixture():
    users = [
        path.name
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and any(argument.arg in ("cloud", "start_cloud") for argument in node.args.args)
    ]

    assert users == []
