"""A scaffolded service passes every check, in a checkout that has no other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from templates import ROOT

LEFT_OUT = shutil.ignore_patterns(".venv", ".*_cache", "__pycache__", ".hypothesis")
PATH = f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"


def make_checkout(tmp_path):
    shutil.copytree(ROOT / "shared", tmp_path / "shared", ignore=LEFT_OUT)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=LEFT_OUT)
    for name in ("Makefile", "ruff.toml", "docker-compose.yml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "services").mkdir()
    (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    return tmp_path


@pytest.fixture
def checkout(tmp_path):
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def scaffolded(tmp_path_factory):
    """A checkout with the service ``audit``."""
    made = make_checkout(tmp_path_factory.mktemp("scaffolded"))
    done = scaffold(made, "audit")
    assert done.returncode == 0, done.stderr
    return made


def scaffold(checkout, name):
    return subprocess.run(
        [sys.executable, checkout / "scripts" / "new_service.py", name],
        capture_output=True,
        text=True,
    )


def test_it_is_whole_and_passes_its_checks_and_tests(scaffolded):
    folder = scaffolded / "services" / "audit"
    ours = {path.name for path in (ROOT / "services" / "view").iterdir()}
    made = {path.name for path in folder.iterdir()}
    assert {name for name in ours if not name.endswith("_cache")} - {".hypothesis"} <= made
    assert " services/audit " in (scaffolded / "Makefile").read_text()
    assert '"millrace_audit"' in (scaffolded / "ruff.toml").read_text()
    assert (
        "\n  audit:\n    image: millrace-audit:0.1.0\n"
        in (scaffolded / "docker-compose.yml").read_text()
    )
    assert not [p for p in folder.glob("src/**/*") if p.is_file() and "{name}" in p.read_text()]
    checked = subprocess.run(
        ["make", "check", "test"],
        cwd=folder,
        env=os.environ | {"PATH": PATH},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_is_asked_of_every_service_is_met(scaffolded):
    """The repository's own tests about templates, policies and images, with one service more."""
    for part in ("services", "orchestration", "localcloud", "sources", "containers", "tests"):
        shutil.copytree(ROOT / part, scaffolded / part, ignore=LEFT_OUT, dirs_exist_ok=True)
    about = ("base_images", "compose", "policies", "templates")

    tested = subprocess.run(
        [sys.executable, "-m", "pytest", *(f"deployment/test_{name}.py" for name in about)],
        cwd=scaffolded / "tests",
        capture_output=True,
        text=True,
    )
    linted = subprocess.run(
        ["uv", "tool", "run", "cfn-lint>=1.40", "services/audit/deploy/template.yaml"],
        cwd=scaffolded,
        env=os.environ | {"PATH": PATH},
        capture_output=True,
        text=True,
    )

    assert tested.returncode == 0, tested.stdout
    assert linted.returncode == 0, linted.stdout + linted.stderr


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


def test_a_name_that_docker_compose_gives_to_another_is_refused(checkout):
    assert "has another mail" in scaffold(checkout, "mail").stderr
    assert list((checkout / "services").iterdir()) == []
