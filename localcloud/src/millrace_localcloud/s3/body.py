"""The bytes of an object, read from its file only when they are sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CHUNK_BYTES = 1 << 20


class FileBody:
    """A span of an open file: it has a length, can be sliced, and is iterated in chunks.

    The file stays open, so a reader that has begun keeps the object it began with while a writer
    puts another in its place.
    """

    def __init__(self, file: BinaryIO, begin: int, end: int) -> None:
        self._file = file
        self._begin = begin
        self._end = end

    @classmethod
    def open(cls, path: Path) -> FileBody:
        file = path.open("rb")
        return cls(file, 0, os.fstat(file.fileno()).st_size)

    def __len__(self) -> int:
        return self._end - self._begin

    def __getitem__(self, span: slice) -> FileBody:
        begin, end, _ = span.indices(len(self))
        return FileBody(self._file, self._begin + begin, self._begin + max(begin, end))

    def __iter__(self) -> Iterator[bytes]:
        position = self._begin
        while position < self._end:
            size = min(_CHUNK_BYTES, self._end - position)
            chunk = os.pread(self._file.fileno(), size, position)
            if not chunk:
                return
            position += len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()
