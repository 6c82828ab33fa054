from __future__ import annotations

import json
from pathlib import Path

import pytest

from millrace.errors import CloudUnavailable
from millrace.laptop import Laptop
from millrace.offered import wait_for_sources
from millrace.project import Project

LAPTOP = Laptop("http://127.0.0.1:1", 1)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout with servers of its own."""
    program = tmp_path / "sources" / ".venv" / "bin" / "millrace-sources"
    program.parent.mkdir(parents=True)
    program.touch()
    (tmp_path / "sources" / "pyproject.toml").write_text('[tool.millrace]\noffers = ["ships"]\n')
    (tmp_path / ".millrace").mkdir()
    return Project(tmp_path, tmp_path / ".millrace")


def test_a_checkout_tells_which_datasets_its_servers_offer(project, tmp_path):
    assert project.offered() == {"ships"}
    assert Project(tmp_path / "other", tmp_path).offered() == frozenset()


def test_servers_that_are_offered_to_this_cloud_are_waited_for_no_longer(project):
    project.sources_ready.write_text(json.dumps({"endpoint": LAPTOP.endpoint}))

    wait_for_sources(project, LAPTOP)


def test_servers_that_did_not_start_say_why(project):
    told = {"endpoint": LAPTOP.endpoint, "error": "TableMissing: no flights.csv"}
    project.sources_ready.write_text(json.dumps(told))

    with pytest.raises(CloudUnavailable, match=r"did not start: TableMissing: no flights\.csv"):
        wait_for_sources(project, LAPTOP)


def test_what_was_told_to_an_earlier_cloud_does_not_count(project):
    project.sources_ready.write_text(json.dumps({"endpoint": "http://127.0.0.1:2"}))

    with pytest.raises(CloudUnavailable, match=r"see .*beside\.log"):
        wait_for_sources(project, LAPTOP, within_s=0.1)
