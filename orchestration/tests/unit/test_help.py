"""Every word of the command explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from millrace.cli import app


def words_of(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from words_of(command, (*before, name))
        else:
            yield (*before, name)


STEP_BY_STEP = ("deploy", "destroy", "image")
"""Tell what they do as they do it, and have no one answer."""
WORDS = [words for words in words_of(typer.main.get_command(app)) if words[0] not in STEP_BY_STEP]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_help_has_an_example_and_an_answer_as_json_is_offered(words):
    shown = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, [*words, "--help"])

    assert shown.exit_code == 0
    assert f"millrace {' '.join(words)}" in shown.stdout.split("Usage:")[1].split("\n", 1)[1]
    assert "--json" in shown.stdout
