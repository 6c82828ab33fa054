"""Which service a tag releases: ``released_service.py ingest-v1.2.3`` prints ``name=ingest``.

Refuses a tag that is not the version of the service's pyproject.toml, or has no words in its
CHANGELOG.md.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_TAG = re.compile(r"(?P<name>[a-z][a-z0-9]*)-v(?P<version>\d+\.\d+\.\d+)")


class TagRefused(ValueError):
    """The tag releases nothing."""


def released(root: Path, tag: str) -> tuple[str, str]:
    """Name and version of the service that ``tag`` releases. Raises TagRefused."""
    match = _TAG.fullmatch(tag)
    if match is None:
        raise TagRefused(f"{tag!r}: a release is tagged as ingest-v1.2.3")
    folder = root / "services" / match["name"]
    if not (folder / "pyproject.toml").exists():
        raise TagRefused(f"{tag!r}: there is no services/{match['name']}")
    declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if declared["version"] != match["version"]:
        raise TagRefused(f"{tag!r}: its pyproject.toml says {declared['version']}")
    changes = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    if f"## [{match['version']}]" not in changes:
        raise TagRefused(f"{tag!r}: its CHANGELOG.md has no ## [{match['version']}]")
    return match["name"], match["version"]


def main() -> None:
    """Print the name and the version as outputs of a workflow's step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tag")
    parser.add_argument("--root", type=Path, default=ROOT)
    given = parser.parse_args()
    try:
        name, version = released(given.root, given.tag)
    except TagRefused as exc:
        sys.exit(str(exc))
    sys.stdout.write(f"name={name}\nversion={version}\n")


if __name__ == "__main__":
    main()
