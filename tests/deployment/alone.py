"""A service in a folder that holds nothing else but shared/ at the lowest version it declares."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from templates import ROOT

SERVICES = sorted(file.parent.name for file in ROOT.glob("services/*/pyproject.toml"))
_LEFT_OUT = shutil.ignore_patterns(".venv", ".*_cache", "__pycache__", ".hypothesis")


class NotReleased(Exception):
    """The lowest version that a service declares is not this checkout's and has no tag here."""


@dataclass(frozen=True)
class Alone:
    """The folder of one service."""

    folder: Path

    def install(self, *options: str) -> None:
        """Make its environment from its own lock, shared/ installed as a package."""
        run("uv", "sync", "--quiet", "--frozen", "--no-editable", *options, cwd=self.folder)

    def python(self, *arguments: str) -> str:
        return run(str(self.folder / ".venv" / "bin" / "python"), *arguments, cwd=self.folder)


def run(*command: str, cwd: Path) -> str:
    """Run a command that has to succeed; answers what it printed."""
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    env["PATH"] = f"{ROOT / '.tools' / 'bin'}:{env['PATH']}"
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def put_alone(service: str, root: Path) -> Alone:
    """Copy the service and shared/ below ``root``. Raises NotReleased."""
    folder = root / "services" / service
    shutil.copytree(ROOT / "services" / service, folder, ignore=_LEFT_OUT)
    lowest = _lowest_shared(folder)
    current = _project(ROOT / "shared")["version"]
    if f"{current}.".startswith(f"{lowest}."):
        shutil.copytree(ROOT / "shared", root / "shared", ignore=_LEFT_OUT)
    else:
        _released_shared(lowest, root)
    return Alone(folder)


def _lowest_shared(folder: Path) -> str:
    wanted = [d for d in _project(folder)["dependencies"] if d.startswith("millrace-contracts")]
    (lowest,) = re.findall(r">=([\d.]+)", *wanted)
    return str(lowest)


def _released_shared(version: str, root: Path) -> None:
    tags = run("git", "tag", "--list", f"shared-v{version}*", "--sort=v:refname", cwd=ROOT).split()
    if not tags:
        raise NotReleased(f"shared {version} has no tag shared-v{version}* in this clone")
    archive = root / "shared.tar"
    run("git", "archive", "--output", str(archive), tags[0], "shared", cwd=ROOT)
    shutil.unpack_archive(archive, root)


def _project(folder: Path) -> dict[str, object]:
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, object] = tomllib.loads(text)["project"]
    return project
