"""Which projects a change has to be checked in: ``changed_services.py <base> [<head>]``.

Prints ``{"check": [...]}``: folders whose ``make check test`` the change can alter, for the matrix
of a workflow. A change of a project checks it and every project that is installed or tested with
it, as their own files say: a change in shared/ checks all. No change releases anything: a tag does.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[1]
END_TO_END = "tests"
"""Goes through everything, so that it is checked whenever anything that runs has changed."""

_SIBLING = re.compile(r"-C (\.\./\S+) setup")
_READ_BY_END_TO_END = frozenset({"datasets", "docs"})
_READ_BY_THE_COMMAND = "datasets"


def find_projects(root: Path) -> list[str]:
    """Folders with a project of their own, as ``services/ingest``."""
    files = [*root.glob("*/pyproject.toml"), *root.glob("services/*/pyproject.toml")]
    return sorted(file.parent.relative_to(root).as_posix() for file in files)


def find_needs(root: Path) -> dict[str, frozenset[str]]:
    """The projects that each project is installed or tested with, directly."""
    return {project: frozenset(_siblings(root, project)) for project in find_projects(root)}


def to_check(changed: Iterable[str], needs: Mapping[str, frozenset[str]]) -> list[str]:
    """Projects to check after a change.

    Args:
        changed: Paths from the root of the repository.
        needs: What each project is installed or tested with.
    """
    touched: set[str] = set()
    for path in changed:
        folders = {str(parent) for parent in PurePosixPath(path).parents}
        own = folders & needs.keys()
        first = PurePosixPath(path).parts[0]
        if own:
            touched |= own
        elif first in _READ_BY_END_TO_END or (first == path and path.endswith(".md")):
            touched.add(END_TO_END)
            if first == _READ_BY_THE_COMMAND:
                touched.add("orchestration")
        else:
            return sorted(needs)
    while True:
        wider = touched | {name for name, needed in needs.items() if needed & touched}
        if wider == touched:
            break
        touched = wider
    return sorted(touched | {END_TO_END} if touched else touched)


def _siblings(root: Path, project: str) -> Iterable[str]:
    folder = root / project
    sources = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    declared = sources.get("tool", {}).get("uv", {}).get("sources", {})
    paths = [source["path"] for source in declared.values() if "path" in source]
    makefile = folder / "Makefile"
    if makefile.exists():
        paths += _SIBLING.findall(makefile.read_text(encoding="utf-8"))
    for path in paths:
        yield (folder / path).resolve().relative_to(root.resolve()).as_posix()


def _changed(root: Path, base: str, head: str) -> list[str]:
    """Paths that differ since ``head`` left ``base``; all of them when ``base`` is unknown here."""
    difference = ["git", "diff", "--name-only", "--no-renames", "-z", f"{base}...{head}"]
    everything = ["git", "ls-tree", "-r", "--name-only", "-z", head]
    known = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"],
        cwd=root,
        capture_output=True,
    )
    command = everything if known.returncode else difference
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return [path for path in done.stdout.split("\0") if path]


def main() -> None:
    """Print the answer as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="commit that the change is compared with")
    parser.add_argument("head", nargs="?", default="HEAD")
    parser.add_argument("--root", type=Path, default=ROOT)
    given = parser.parse_args()
    found = to_check(_changed(given.root, given.base, given.head), find_needs(given.root))
    json.dump({"check": found}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
