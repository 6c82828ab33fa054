"""A scaffolded service passes every check, in a checkout that has no other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from templates import ROOT

LEFT_OUT = shutil.ignore_patterns(".venv", ".*_cache", "__pycache__", ".hypothesis")


@pytest.fixture
def checkout(tmp_path):
    shutil.copytree(ROOT / "shared", tmp_path / "shared", ignore=LEFT_OUT)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=LEFT_OUT)
    for name in ("Makefile", "ruff.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "services").mkdir()
    (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    return tmp_path


def scaffold(checkout, name):
    return subprocess.run(
        [sys.executable, checkout / "scripts" / "new_service.py", name],
        capture_output=True,
        text=True,
    )


def test_it_is_whole_and_passes_its_checks_and_tests(checkout):
    done = scaffold(checkout, "audit")
    assert done.returncode == 0, done.stderr

    folder = checkout / "services" / "audit"
    ours = {path.name for path in (ROOT / "services" / "view").iterdir()}
    made = {path.name for path in folder.iterdir()}
    assert {name for name in ours if not name.endswith("_cache")} - {".hypothesis"} <= made
    assert " services/audit " in (checkout / "Makefile").read_text()
    assert '"millrace_audit"' in (checkout / "ruff.toml").read_text()
    assert not [p for p in folder.glob("src/**/*") if p.is_file() and "{name}" in p.read_text()]
    path = f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"
    checked = subprocess.run(
        ["make", "check", "test"],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", ["Audit", "a", "1st", "two-words", "../up", "far" * 6])
def test_a_name_that_cannot_be_everywhere_is_refused(checkout, name):
    done = scaffold(checkout, name)

    assert done.returncode == 1
    assert repr(name) in done.stderr
    assert list((checkout / "services").iterdir()) == []


def test_a_service_that_exists_is_left_alone(checkout):
    (checkout / "services" / "audit").mkdir()

    assert "exists" in scaffold(checkout, "audit").stderr
    assert list((checkout / "services" / "audit").iterdir()) == []
