"""What images are built from is named by digest, the same in every place."""

from __future__ import annotations

import re

import pytest
import yaml
from templates import ROOT

DOCKERFILES = sorted(
    [
        *ROOT.glob("*/Dockerfile"),
        *ROOT.glob("services/*/Dockerfile"),
        *ROOT.glob("containers/*/Dockerfile"),
        ROOT / "scripts" / "service_template" / "Dockerfile",
    ]
)
DEFAULT = re.compile(r"^ARG (BASE_IMAGE|UV_IMAGE)=(\S+)$", re.MULTILINE)
PINNED = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")


def named_in(text: str) -> dict[str, str]:
    return dict(DEFAULT.findall(text))


EXPECTED = named_in((ROOT / "services" / "ingest" / "Dockerfile").read_text(encoding="utf-8"))


def test_both_bases_have_a_version_and_a_digest():
    assert EXPECTED.keys() == {"BASE_IMAGE", "UV_IMAGE"}
    for name in EXPECTED.values():
        assert PINNED.fullmatch(name), name


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_dockerfile_starts_from_those_and_nothing_else(file):
    text = file.read_text(encoding="utf-8")

    assert named_in(text).items() <= EXPECTED.items()
    assert "BASE_IMAGE" in named_in(text)
    starts = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    assert starts <= {"${BASE_IMAGE}", "${UV_IMAGE}"}


def test_docker_compose_builds_from_the_same():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))

    assert compose["x-build-args"] == {
        name: f"${{{name}:-{image}}}" for name, image in EXPECTED.items()
    }


def test_what_runs_on_emr_starts_from_the_release_that_is_given():
    file = ROOT / "services" / "etl" / "deploy" / "emr.Dockerfile"
    text = file.read_text(encoding="utf-8")

    assert named_in(text) == {"UV_IMAGE": EXPECTED["UV_IMAGE"]}
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {
        "${BASE_IMAGE}",
        "${UV_IMAGE}",
        "python",
    }


@pytest.mark.parametrize(
    "file",
    [file for file in DOCKERFILES if "uv sync" in file.read_text(encoding="utf-8")],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_what_is_locked_is_installed_and_no_builder_is_part_of_the_image(file):
    text = file.read_text(encoding="utf-8")
    build, image = text.split("\nFROM ${BASE_IMAGE}\n")

    installs = re.findall(r"uv sync.*", build)
    assert all(" --frozen " in install for install in installs), installs
    assert "uv" not in re.findall(r"[\w-]+", image)
    assert re.findall(r"COPY --from=build (\S+)", image)[0] == "/opt/venv"


def test_every_service_is_installed_so():
    for folder in (file.parent for file in ROOT.glob("services/*/pyproject.toml")):
        assert "uv sync --frozen" in (folder / "Dockerfile").read_text(encoding="utf-8")
