"""Every acknowledged change of a table, on disk before it is acknowledged.

Snapshots of the whole cloud are taken now and then; what DynamoDB was told since the last one is
told to it again after a restart. A change carries the number that the tables' backend counted when
it was made, and the backend is part of the snapshot: so each change is in exactly one of the two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Change:
    """One request that changed something."""

    number: int
    target: str
    """As in ``X-Amz-Target``."""
    body: str


class Journal:
    """Changes in one file per snapshot interval, in ``<folder>/<first number>.jsonl``.

    Written but not synced: a change outlives the process, a power cut may take the last ones.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file: Path | None = None

    def append(self, change: Change) -> None:
        """Keep a change."""
        file = self._file
        if file is None:
            file = self._file = self._folder / f"{change.number:020d}.jsonl"
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(change)) + "\n")

    def begin_file(self) -> list[Path]:
        """Let later changes go to a new file; answers those of earlier ones."""
        self._file = None
        return sorted(self._folder.glob("*.jsonl"))

    def clear(self) -> None:
        """Forget everything: there is no snapshot that the changes could follow."""
        for file in self._folder.glob("*.jsonl"):
            file.unlink()

    def since(self, number: int) -> Iterator[Change]:
        """Changes after a number, in order. A line that was cut off was never acknowledged."""
        for file in sorted(self._folder.glob("*.jsonl")):
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    change = Change(**json.loads(line))
                except ValueError:
                    continue
                if change.number > number:
                    yield change
