"""LIMITS.md keeps to its word: each line names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "LIMITS.md").read_text()
ROWS = [line.strip("|").rsplit("|", 1) for line in PAGE.splitlines() if re.match(r"\|[^|-]", line)]
LINES = [(what.strip(), shown.strip()) for what, shown in ROWS if what.strip() != "difference"]


def exists(name):
    path, _, test = name.partition("::")
    file = TESTS / path
    if not test:
        return bool(list(TESTS.glob(path)))
    return file.exists() and test in {
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_line_names_a_test_that_exists():
    assert len(LINES) > 40
    unnamed = [what for what, shown in LINES if not re.findall("`(.+?)`", shown)]
    absent = [
        name for _, shown in LINES for name in re.findall("`(.+?)`", shown) if not exists(name)
    ]

    assert (unnamed, absent) == ([], [])
