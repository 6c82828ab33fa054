"""The container check ends badly when a test fails, and at no other time."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from templates import ROOT

SCRIPTS = "scripts/containers"
SYSTEM = (
    *("awk", "bash", "cat", "cp", "df", "dirname", "find", "getconf", "id", "mkdir", "mktemp"),
    *("nice", "nohup", "pidof", "printf", "rm", "seq", "setsid", "sh", "sleep", "tail", "tar"),
    *("timeout", "xargs"),
)
DEADLINE_S = 60
FOR_EVER = "exec sleep 600"
ENGINE_ANSWERS = "exit 0"

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root may start an engine")


@dataclass(frozen=True)
class Machine:
    """A machine with the system's programs, and of the others those that a test says."""

    root: Path

    def has(self, **programs: str) -> None:
        """Install programs; a dash in a name is an underscore here."""
        for name, script in programs.items():
            file = self.root / "bin" / name.replace("_", "-")
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)

    def check(self, **limits: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / SCRIPTS / "check.sh"],
            env={"PATH": str(self.root / "bin"), "TMPDIR": str(self.root / "tmp"), **limits},
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )


@pytest.fixture
def machine(tmp_path):
    shutil.copytree(ROOT / SCRIPTS, tmp_path / SCRIPTS)
    for folder in ("bin", "tmp"):
        (tmp_path / folder).mkdir()
    for name in SYSTEM:
        program = shutil.which(name)
        assert program, name
        (tmp_path / "bin" / name).symlink_to(program)
    made = Machine(tmp_path)
    made.has(docker_compose="exit 0", docker_registry="exit 0", debootstrap="exit 0")
    yield made
    assert list((tmp_path / "tmp").iterdir()) == []


@needs_root
def test_an_engine_that_cannot_start_is_told_with_what_it_said(machine):
    machine.has(docker="exit 1", dockerd="echo 'failed to start daemon: no cgroups' >&2; exit 1")

    done = machine.check()

    assert done.returncode == 0
    assert "the engine does not start: failed to start daemon: no cgroups" in done.stderr
    assert done.stdout == "container tests: skipped\n"


@needs_root
def test_an_engine_that_never_answers_is_waited_for_no_longer_than_allowed_and_ended(machine):
    machine.has(docker="exit 1", dockerd=f"echo $$ >{machine.root}/engine; {FOR_EVER}")

    done = machine.check(CONTAINERS_PREPARE_S="3")

    assert done.returncode == 0
    assert "not prepared in 3 s" in done.stderr
    assert not Path("/proc", (machine.root / "engine").read_text().strip()).exists()


@needs_root
@pytest.mark.parametrize(
    ("apt_get", "said"),
    [("exit 100", "Debian's packages cannot be reached"), (FOR_EVER, "not prepared in 3 s")],
)
def test_packages_that_cannot_be_had_are_no_failure(machine, apt_get, said):
    machine.has(docker="exit 1", apt_get=apt_get)

    done = machine.check(CONTAINERS_PREPARE_S="3")

    assert done.returncode == 0
    assert said in done.stderr


@needs_root
@pytest.mark.parametrize(
    ("debootstrap", "said"),
    [
        ("echo 'E: Failed getting release file' >&2; exit 1", "no base image: E: Failed getting"),
        (FOR_EVER, "not prepared in 3 s"),
    ],
)
def test_a_mirror_that_cannot_be_reached_is_no_failure(machine, debootstrap, said):
    machine.has(
        docker='[ "$1" != image ]', dockerd=FOR_EVER, debootstrap=f"mkdir $3; {debootstrap}"
    )

    done = machine.check(CONTAINERS_PREPARE_S="3")

    assert done.returncode == 0
    assert said in done.stderr


@pytest.mark.parametrize(
    ("tests", "status", "said"),
    [
        ("exit 0", 0, "container tests: passed"),
        ("exit 1", 1, "container tests: FAILED"),
        (FOR_EVER, 0, "container tests: not finished in 2 s"),
    ],
)
def test_the_tests_decide_and_end_in_time(machine, tests, status, said):
    machine.has(docker=ENGINE_ANSWERS, dockerd=FOR_EVER, make=tests)

    done = machine.check(CONTAINERS_TEST_S="2")

    assert done.returncode == status, done.stderr
    assert said in done.stdout
