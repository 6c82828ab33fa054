from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from millrace.cli import app

ROOT = Path(__file__).parents[3]


@pytest.fixture
def nothing_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout as git leaves it, on a machine without Java."""
    for folder in ("datasets", "services/ingest", "localcloud"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_what_a_machine_lacks_is_told_with_what_to_do_about_it(nothing_set_up: Path):
    asked = CliRunner().invoke(app, ["doctor", "--json"])
    shown = CliRunner().invoke(app, ["doctor"])

    assert (asked.exit_code, shown.exit_code) == (1, 1)
    lacking = {one["what"]: one for one in json.loads(asked.stdout) if not one["fine"]}
    assert {"environments", "wheels of the Glue job", "Java for Spark"} <= set(lacking)
    assert "services/ingest" in lacking["environments"]["found"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for one in lacking.values():
        assert f"✗ {one['what']}: {one['found']}\n  {one['remedy']}\n" in shown.stdout
        program, _, target = one["remedy"].partition(" ")
        assert program != "make" or target in targets


def test_an_account_without_a_deployment_is_told_what_is_not_there(aws, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    account = ["--target", "aws", "--environment", "test", "--json"]

    asked = CliRunner().invoke(app, ["doctor", *account])

    assert asked.exit_code == 1, asked.output
    found = {one["what"]: one for one in json.loads(asked.stdout)}
    assert found["credentials"]["fine"]
    job = found["/millrace/test/etl/job"]
    assert (job["fine"], job["remedy"]) == (False, "deploy etl to test")
