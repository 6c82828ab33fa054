"""docker-compose.yml runs the images that the services' own folders declare."""

from __future__ import annotations

import tomllib

import pytest
import yaml
from checkout import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
PROJECTS = {
    "localcloud": "localcloud",
    "millrace": "orchestration",
    "sources": "sources",
    **{folder.name: f"services/{folder.name}" for folder in (ROOT / "services").iterdir()},
}


@pytest.mark.parametrize("name", PROJECTS)
def test_every_project_is_an_image_of_its_own_version(name):
    project = tomllib.loads((ROOT / PROJECTS[name] / "pyproject.toml").read_text())["project"]

    assert SERVICES[name]["image"] == f"{project['name']}:{project['version']}"
    assert SERVICES[name]["build"]["dockerfile"] == f"{PROJECTS[name]}/Dockerfile"


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_built_from_the_base_that_is_given(name):
    build = SERVICES[name].get("build")
    if build is None:
        assert SERVICES[name]["image"] in {
            one["image"] for one in SERVICES.values() if "build" in one
        }
        return
    dockerfile = (ROOT / build["dockerfile"]).read_text(encoding="utf-8")

    assert build["args"].keys() >= {"BASE_IMAGE"}
    assert [line for line in dockerfile.splitlines() if line.startswith("FROM ")][-1] == (
        "FROM ${BASE_IMAGE}"
    )
