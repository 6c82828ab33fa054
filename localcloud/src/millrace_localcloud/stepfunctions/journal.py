"""What executions do, on disk as they do it.

Snapshots of the whole cloud are taken now and then; what executions did since the last one is
applied to it after a restart. An event has its number in its history, so it is taken up once
though it may be in both.
"""

from __future__ import annotations

import logging
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from millrace_localcloud.stepfunctions.records import Record

_LOG = logging.getLogger(__name__)


class ExecutionJournal:
    """Records in one file per snapshot interval, in ``<folder>/<number>.records``.

    Written but not synced: a record outlives the process, a power cut may take the last ones.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._out: BinaryIO | None = None

    def append(self, record: Record) -> None:
        """Keep a record, all or nothing."""
        try:
            written = pickle.dumps(record, protocol=5)
        except Exception:
            # The next snapshot has it, or says in its own words what cannot be saved.
            _LOG.exception("%s is not in the journal", record)
            return
        with self._lock:
            if self._out is None:
                self._out = self._next_file().open("ab", buffering=0)
            self._out.write(written)

    def begin_file(self) -> list[Path]:
        """Let later records go to a new file; answers those of earlier ones."""
        with self._lock:
            if self._out is not None:
                self._out.close()
                self._out = None
            return self._files()

    def clear(self) -> None:
        """Forget everything: there is no snapshot that the records could follow."""
        for file in self.begin_file():
            file.unlink()

    def records(self) -> Iterator[Record]:
        """All records, in order. One that was cut off is the last of its file."""
        for file in self._files():
            with file.open("rb") as written:
                while written.peek(1):
                    try:
                        record = pickle.load(written)
                    except (EOFError, pickle.UnpicklingError):
                        break
                    yield record

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.records"))

    def _next_file(self) -> Path:
        files = self._files()
        number = int(files[-1].stem) + 1 if files else 1
        return self._folder / f"{number:020d}.records"
