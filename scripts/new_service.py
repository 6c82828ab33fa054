"""Scaffold a service that passes every check: ``new_service.py <name>``.

The new folder ``services/<name>/`` is a Lambda function that answers what a dataset declares: the
parts of a service, each small and working, to be replaced by what the service is for. The service
is entered where the repository lists services by name.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEMPLATE = Path(__file__).parent / "service_template"

_NAME = re.compile(r"[a-z][a-z0-9]{1,14}")
_PLACES = {"package": "millrace_{name}", "importlinter": ".importlinter"}
"""Names of the template's entries that are others in a service."""
_COMPOSE = "docker-compose.yml"
_IMAGE = """\
  {name}:
    image: millrace-{name}:0.1.0
    build: {{context: ., dockerfile: services/{name}/Dockerfile, args: *build-args}}
    profiles: [stages]

"""


class NameRefused(ValueError):
    """No service can have that name."""


def scaffold(root: Path, name: str) -> Path:
    """Write the service's folder; answers it. Raises NameRefused.

    Args:
        root: A checkout.
        name: Lower-case letters and digits: part of names of packages, images and AWS resources.
    """
    if not _NAME.fullmatch(name):
        raise NameRefused(f"{name!r}: 2 to 15 lower-case letters and digits, a letter first")
    folder = root / "services" / name
    if folder.exists():
        raise NameRefused(f"services/{name} exists")
    if re.search(rf"^  {name}:", (root / _COMPOSE).read_text(encoding="utf-8"), re.MULTILINE):
        raise NameRefused(f"{_COMPOSE} has another {name}")
    shared = tomllib.loads((root / "shared" / "pyproject.toml").read_text(encoding="utf-8"))
    shared_version = ".".join(shared["project"]["version"].split(".")[:2])
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        parts = [_PLACES.get(part, part) for part in source.relative_to(TEMPLATE).parts]
        target = folder.joinpath(*(part.replace("{name}", name) for part in parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8").replace("{name}", name)
        target.write_text(text.replace("{shared_version}", shared_version), encoding="utf-8")
    return folder


def enter(root: Path, name: str) -> None:
    """Name the service in the Makefile, in ruff.toml and in docker-compose.yml, once."""
    makefile = root / "Makefile"
    projects = re.compile(r"^(PROJECTS := .*?)( orchestration)", re.MULTILINE)
    _rewrite(makefile, projects, rf"\1 services/{name}\2", f" services/{name} ")
    packages = re.compile(r'^(known-first-party = \[\n(?:    "\w+",\n)+)(\])', re.MULTILINE)
    _rewrite(root / "ruff.toml", packages, rf'\1    "millrace_{name}",\n\2', f'"millrace_{name}"')
    image = _IMAGE.format(name=name)
    _rewrite(root / _COMPOSE, re.compile(r"^(  mail:\n)", re.MULTILINE), rf"{image}\1", image)


def _rewrite(file: Path, pattern: re.Pattern[str], replacement: str, mark: str) -> None:
    text = file.read_text(encoding="utf-8")
    if mark in text:
        return
    changed, count = pattern.subn(replacement, text, count=1)
    if count != 1:
        raise RuntimeError(f"{file.name} has no place for the service's name")
    file.write_text(changed, encoding="utf-8")


def _settle(folder: Path) -> None:
    """Order imports and wrap lines as the name's place in the alphabet and its length want it."""
    subprocess.run(["make", "--silent", "setup"], cwd=folder, check=True)
    ruff = [str(folder / ".venv" / "bin" / "ruff")]
    config = ["--quiet", "--config", "../../ruff.toml", "."]
    subprocess.run([*ruff, "check", "--fix", "--select", "I", *config], cwd=folder, check=True)
    subprocess.run([*ruff, "format", *config], cwd=folder, check=True)


def main() -> None:
    """Scaffold, lock, and say what is next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--root", type=lambda path: Path(path).resolve(), default=ROOT)
    given = parser.parse_args()
    try:
        folder = scaffold(given.root, given.name)
    except NameRefused as exc:
        sys.exit(str(exc))
    enter(given.root, given.name)
    tools = given.root / ".tools" / "bin" / "uv"
    uv = str(tools) if tools.exists() else shutil.which("uv")
    if uv is None:
        sys.exit(f"{folder} is written, but not locked: there is no uv; run make setup")
    subprocess.run([uv, "lock", "--quiet"], cwd=folder, check=True)
    _settle(folder)
    sys.stdout.write(
        f"services/{given.name} is there. Next: make -C services/{given.name} check test;\n"
        "then let orchestration deploy it (src/millrace/project.py, deploying/services.py).\n"
    )


if __name__ == "__main__":
    main()
