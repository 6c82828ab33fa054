"""Parsed programs as files: to parse a pipeline's definition takes a third of a second."""

from __future__ import annotations

import hashlib
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

from millrace_localcloud.persistence import snapshot


class KeptPrograms:
    """Found again by the text they were parsed from, in this run of the cloud or a later one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, definition: str) -> Any:
        """The program; None when there is none that these versions wrote."""
        try:
            saved = snapshot.read(self._path(definition))
            return saved and pickle.loads(saved.payload)
        except Exception:
            # Whatever a file of other versions leads to, the definition can be parsed again.
            return None

    def keep(self, definition: str, program: Any) -> None:
        """Write the program down, if it can be."""
        with suppress(pickle.PicklingError, TypeError, AttributeError, OSError):
            self._folder.mkdir(exist_ok=True)
            snapshot.write(self._path(definition), pickle.dumps(program, protocol=5), synced=False)

    def _path(self, definition: str) -> Path:
        return self._folder / hashlib.sha256(definition.encode()).hexdigest()
