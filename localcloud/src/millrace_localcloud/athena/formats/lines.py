"""Lines of a text file, compressed or not, without those of its header."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from millrace_localcloud.athena.catalog import Storage
from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.lake import DataFile

Row = Sequence[str | None]
_OPENERS: dict[str, Callable[..., Any]] = {"gz": gzip.open, "bz2": bz2.open}


def opener_of(file: DataFile) -> Callable[..., Any]:
    """What opens the file, by what its name ends with.

    Raises:
        QueryFailed: It is compressed in a way that is not read here.
    """
    if file.key.lower().endswith((".zst", ".zip", ".lz4", ".snappy")):
        raise not_supported(f"the compression of {file.key}")
    return _OPENERS.get(file.key.rpartition(".")[2].lower(), open)


def unreadable(file: DataFile) -> QueryFailed:
    """The file is not what its name says."""
    return QueryFailed("HIVE_CURSOR_ERROR", f"Failed to read file at {file.key}")


def lines_of(file: DataFile, place: Storage) -> Iterator[str]:
    """Every line, without what ends it."""
    opener = opener_of(file)
    try:
        with opener(file.path, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in islice(lines, place.header_lines, None):
                yield line.removesuffix("\n").removesuffix("\r")
    except (OSError, EOFError) as error:
        raise unreadable(file) from error
