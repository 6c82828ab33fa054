"""What continuous integration is allowed to do, and what a tag releases."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from alone import SERVICES
from templates import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}


def steps(name):
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job.get("steps", [])]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_key_is_stored_and_every_script_and_workflow_named_is_there(file):
    text = file.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert not re.search(r"AKIA|aws-access-key|aws-secret", text)
    for named in re.findall(r"scripts/\w+\.py|\./(\.github/workflows/\w+\.yml)", text):
        assert not named or (ROOT / named).exists()
    for script in re.findall(r"scripts/\w+\.py", text):
        assert (ROOT / script).exists(), script


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_others_wrote_is_named_by_commit(name):
    jobs = WORKFLOWS[name]["jobs"].values()
    used = [one["uses"] for one in [*jobs, *steps(name)] if "uses" in one]
    assert used
    for action in used:
        assert re.search(r"^\./|@[0-9a-f]{40}$", action), action


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_read_the_code_and_no_more_unless_it_says_so(name):
    assert WORKFLOWS[name]["permissions"] in ({"contents": "read"}, {})
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", WORKFLOWS)
def test_values_of_an_event_never_become_part_of_a_script(name):
    for step in steps(name):
        assert "${{ github.event" not in step.get("run", "")
        assert "${{ inputs" not in step.get("run", "")


def test_only_the_job_that_deploys_gets_a_token_and_it_takes_on_a_role():
    writing = {
        (name, job)
        for name, workflow in WORKFLOWS.items()
        for job, body in workflow["jobs"].items()
        if "write" in str(body.get("permissions", ""))
    }
    assert writing == {("release", "deploy")}
    deploy = WORKFLOWS["release"]["jobs"]["deploy"]
    assert deploy["permissions"] == {"contents": "read", "id-token": "write"}
    (taken,) = [s for s in deploy["steps"] if "configure-aws-credentials" in s.get("uses", "")]
    assert set(taken["with"]) == {"role-to-assume", "aws-region", "role-session-name"}


def test_nothing_but_a_tag_of_a_version_releases():
    # YAML 1.1 reads the key "on" as true.
    assert WORKFLOWS["release"][True] == {"push": {"tags": ["*-v[0-9]+.[0-9]+.[0-9]+"]}}
    deploying = {file.stem for file in FILES if "millrace deploy" in file.read_text("utf-8")}
    assert deploying == {"release"}


def test_an_image_is_scanned_before_it_is_pushed_and_its_parts_are_listed():
    said = [str(step) for step in WORKFLOWS["release"]["jobs"]["deploy"]["steps"]]
    order = [
        next(i for i, step in enumerate(said) if word in step)
        for word in ("cyclonedx", "millrace image", "trivy-action", "millrace deploy")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("service", SERVICES)
def test_the_list_of_an_image_s_parts_names_what_its_service_declares(service, tmp_path):
    """The release's own command, run as it stands in the workflow."""
    (listing,) = (step for step in steps("release") if "cyclonedx" in step.get("run", ""))
    given = {"SERVICE": service, "RUNNER_TEMP": str(tmp_path)}
    command = ["bash", "-euo", "pipefail", "-c", listing["run"]]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    listed = {
        part["name"] for part in json.loads((tmp_path / "sbom.json").read_text())["components"]
    }
    project = tomllib.loads((ROOT / "services" / service / "pyproject.toml").read_text())
    declared = {re.match(r"[\w-]+", name)[0] for name in project["project"]["dependencies"]}
    assert "millrace-contracts" in declared
    assert {name.lower() for name in declared} <= listed


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "services" / "ingest"
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "millrace-ingest"\nversion = "1.2.3"')
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## [1.2.3]\n\n- Something.\n")
    return tmp_path


def released(root, tag):
    script = ROOT / "scripts" / "released_service.py"
    command = [sys.executable, script, tag, "--root", root]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_tag_releases_the_service_that_it_names(repository):
    done = released(repository, "ingest-v1.2.3")

    assert done.stdout == "name=ingest\nversion=1.2.3\n"


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("ingest-v1.2.4", "says 1.2.3"),
        ("ingest-1.2.3", "is tagged as"),
        ("shared-v1.2.3", "there is no services/shared"),
        ("../etl-v1.2.3", "is tagged as"),
    ],
)
def test_another_tag_releases_nothing(repository, tag, said):
    done = released(repository, tag)

    assert done.returncode == 1
    assert said in done.stderr


def test_a_version_without_words_for_its_users_is_not_released(repository):
    (repository / "services" / "ingest" / "CHANGELOG.md").write_text("# Changelog\n")

    assert "CHANGELOG.md has no" in released(repository, "ingest-v1.2.3").stderr
