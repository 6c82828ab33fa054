"""What has passed, kept in a file, so that the ways can also be run one by one."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

from breaks import MATRIX, STATES, WAYS
from checkout import ROOT
from state_store import store_name

FILE = ROOT / ".millrace" / f"fault-matrix-{store_name()}.json"
_BROKEN = ("shared", "services/*", "orchestration", "localcloud")
_SOURCES = [f"{project}/{part}" for project in _BROKEN for part in ("src", "asl", "deploy")]


@dataclass
class Record:
    """Of each way whose breaks all passed: the errors that were told, and what it took."""

    began: float = field(default_factory=time.monotonic)
    ways: dict[str, Any] = field(default_factory=dict)
    sources: str = field(default_factory=lambda: _digest())

    def __post_init__(self) -> None:
        kept = json.loads(FILE.read_text()) if FILE.exists() else {}
        # What passed with other sources says nothing of these.
        self.ways = kept["ways"] if kept.get("sources") == self.sources else {}

    def keep(self, way: str, errors: dict[str, str], cpu_seconds: float) -> None:
        """A way has passed, in the time since the one before it or since the beginning."""
        now = time.monotonic()
        told = {"errors": errors, "seconds": now - self.began, "cpu_seconds": cpu_seconds}
        self.ways[way], self.began = told, now
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps({"sources": self.sources, "ways": self.ways}, indent=1))

    def lines(self) -> list[str]:
        """The table, and how much of the matrix it is."""
        width = max(len(state) for state in STATES)
        told = {
            state: [
                f"{way}: {self.ways[way]['errors'][state]}"
                for way in WAYS
                if way in self.ways and state in self.ways[way]["errors"]
            ]
            for state in STATES
        }
        found = [f"{state:<{width}}  {' · '.join(cells)}" for state, cells in told.items() if cells]
        for way, kept in self.ways.items():
            found.append(f"{way}: {len(kept['errors'])} breaks in {kept['seconds']:.0f} s")
        passed = sum(len(kept["errors"]) for kept in self.ways.values())
        seconds = sum(kept["seconds"] for kept in self.ways.values())
        cpu_seconds = sum(kept["cpu_seconds"] for kept in self.ways.values())
        return [
            *found,
            f"{passed} of {len(MATRIX)} breaks in {len(STATES)} states passed, in {seconds:.0f} s; "
            f"{cpu_seconds:.0f} CPU-seconds of the cloud and of what ran in it",
        ]


def _digest() -> str:
    files = [
        file
        for pattern in (*_SOURCES, "tests/matrix")
        for folder in ROOT.glob(pattern)
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()
