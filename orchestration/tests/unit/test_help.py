"""Every word of the command explains itself, and means the laptop or an account alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
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


NAMED = (
    *("runs", "status", "logs", "files", "redrive", "backfill", "replay", "watermark get"),
    *("watermark set", "pause", "resume", "check", "new", "cost", "doctor"),
)
"""What people on call need."""
ON_THE_LAPTOP = {"check", "down", "image", "mail", "new", "up"}
"""Words that mean this machine alone."""
IMAGE = f"x@sha256:{'0' * 64}"
ARGUMENTS = {
    "backfill": ["x", "--from", "1", "--to", "2"],
    "deploy": ["--base-image", IMAGE, "--uv-image", IMAGE],
    "destroy": [],
    "doctor": [],
    "promote": ["x", "v1"],
    "redrive": ["x-1"],
    "watermark set": ["x", "1"],
}


def test_what_people_on_call_need_is_there():
    assert set(NAMED) <= {" ".join(words) for words in WORDS}


IN_AN_ACCOUNT = [
    words for words in words_of(typer.main.get_command(app)) if words[0] not in ON_THE_LAPTOP
]


def asked_of_an_account(words: tuple[str, ...], *more: str) -> list[str]:
    given = ARGUMENTS.get(" ".join(words), [] if words[0] == "runs" else ["x"])
    return [*words, *given, "--target", "aws", *more]


@pytest.mark.parametrize("words", IN_AN_ACCOUNT, ids=" ".join)
def test_an_account_is_named_by_its_environment_and_profile_or_nothing_is_done(
    words, monkeypatch, tmp_path
):
    monkeypatch.chdir(Path(__file__).parents[3])
    for name in ("AWS_PROFILE", "MILLRACE_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    run = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke

    unnamed = run(app, asked_of_an_account(words))
    stranger = run(app, asked_of_an_account(words, "--environment", "prod", "--profile", "nobody"))

    assert unnamed.exit_code == 2, unnamed.output
    assert "--target aws needs --environment" in unnamed.output
    assert stranger.exit_code in (1, 2), stranger.output
    assert "nobody" in stranger.output


ASKING = [words for words in IN_AN_ACCOUNT if words[0] not in (*STEP_BY_STEP, "doctor")]
"""All but those that look for an engine first, and the one that says what is missing."""


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_an_account_that_does_not_answer_asks_to_try_again(words, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    done = CliRunner(env={"COLUMNS": "200"}).invoke(
        app, asked_of_an_account(words, "--environment", "prod")
    )

    assert done.exit_code == 75, done.output
