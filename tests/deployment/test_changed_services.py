"""Changed paths decide what is checked."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from templates import ROOT

SCRIPT = ROOT / "scripts" / "changed_services.py"


def git(root, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    """A repository with this one's projects, each as its own files declare it."""
    for file in [*ROOT.glob("*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]:
        folder = tmp_path / file.parent.relative_to(ROOT)
        folder.mkdir(parents=True)
        for name in ("pyproject.toml", "Makefile"):
            (folder / name).write_bytes((file.parent / name).read_bytes())
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "All")
    return tmp_path


def answer(root, base="HEAD~1"):
    done = subprocess.run(
        [sys.executable, SCRIPT, base, "--root", root], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)["check"]


def checked(root, *paths):
    """What the script answers when the last commit changed ``paths``."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with (root / path).open("a") as file:
            file.write("\n")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "Change")
    return answer(root)


SERVICES = [f"services/{folder.parent.name}" for folder in ROOT.glob("services/*/pyproject.toml")]


def test_a_service_s_change_checks_no_other_service(repository):
    assert checked(repository, "services/ingest/src/a.py") == ["services/ingest", "tests"]


def test_a_change_of_shared_checks_all_that_is_installed_with_it(repository):
    found = checked(repository, "shared/src/a.py")

    assert set(found) >= {"shared", "orchestration", "tests", *SERVICES}


def test_what_is_tested_with_a_project_is_checked_with_it(repository):
    assert checked(repository, "localcloud/src/a.py") == ["localcloud", "services/etl", "tests"]


@pytest.mark.parametrize("path", ["Makefile", "ruff.toml", ".github/workflows/checks.yml"])
def test_what_every_project_is_checked_by_checks_all(repository, path):
    assert set(checked(repository, path)) >= {"shared", "localcloud", *SERVICES}


def test_a_dataset_is_checked_by_the_command_and_end_to_end(repository):
    assert checked(repository, "datasets/new/dataset.yaml") == ["orchestration", "tests"]


def test_changes_add_up(repository):
    found = checked(repository, "services/view/a.py", "services/notify/b.py", "README.md")

    assert found == ["services/notify", "services/view", "tests"]


def test_a_removed_file_is_a_change(repository):
    (repository / "services" / "view" / "Makefile").unlink()
    git(repository, "commit", "--quiet", "-am", "Remove")

    assert answer(repository) == ["services/view", "tests"]


def test_no_change_checks_nothing(repository):
    assert answer(repository, base="HEAD") == []


def test_an_unknown_base_checks_all(repository):
    """As the first push of a branch, or a base that a shallow clone lacks."""
    assert set(answer(repository, base="0" * 40)) >= {"shared", "localcloud", *SERVICES}
