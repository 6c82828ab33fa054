"""Bytes of a landed file, unpacked by the ending of its name."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

import zstandard

from millrace_etl.reading.decoding.record import FileRefused

_IN_MEMORY_BYTES = 64 * 1024**2
_PACKED = {(".gz", ".gzip"): "gzip", (".zst", ".zstd"): "zstd", (".zip",): "zip"}


def packing(key: str) -> str | None:
    """``gzip``, ``zstd`` or ``zip`` by the ending of a name; None when it is not packed."""
    lowered = key.lower()
    return next((kind for endings, kind in _PACKED.items() if lowered.endswith(endings)), None)


@contextmanager
def unpacked(key: str, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file's own bytes, read as they are needed.

    Raises:
        FileRefused: An archive without exactly one file.
    """
    kind = packing(key)
    if kind == "gzip":
        with gzip.open(stream) as plain:
            yield cast(IO[bytes], plain)
    elif kind == "zstd":
        with zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True) as plain:
            yield cast(IO[bytes], plain)
    elif kind == "zip":
        with seekable(stream) as spooled, zipfile.ZipFile(spooled) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise FileRefused(f"the archive holds {len(members)} files, not one")
            with archive.open(members[0]) as plain:
                yield plain
    else:
        yield stream


@contextmanager
def seekable(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """A copy that can be read from any place; a big one lies on disk."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as spooled:
        shutil.copyfileobj(stream, spooled, 1024**2)
        spooled.seek(0)
        yield cast(IO[bytes], spooled)


def buffered(stream: IO[bytes]) -> io.BufferedReader:
    """The stream as one that text can be read from."""
    if isinstance(stream, io.BufferedIOBase):
        return cast(io.BufferedReader, stream)
    return io.BufferedReader(cast(io.RawIOBase, stream))
