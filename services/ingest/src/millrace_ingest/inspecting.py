"""Whether a compressed file is whole, seen from its bytes as they pass.

What is cut off at its source has the size that the source tells, so only its format can give it
away. Nothing is kept of the content; what is kept of the state is bounded.
"""

from __future__ import annotations

import zlib
from pathlib import PurePosixPath
from typing import Protocol

_PIECE_BYTES = 1024 * 1024
_TAIL_BYTES = 22 + 0xFFFF
"""Of a zip archive's last record with the longest comment (PKWARE's APPNOTE, 4.3.16)."""
_ZIP_END = b"PK\x05\x06"
_PARQUET_ENDS = (b"PAR1", b"PARE")
_ZSTD = 0xFD2FB528
_ZSTD_SKIPPABLE = 0x184D2A50
_ZSTD_NAMES = (0, 1, 2, 4)
_ZSTD_SIZES = (0, 2, 4, 8)
"""Bytes of a dictionary's id and of the content's size, by the header's flags (RFC 8878,
3.1.1.1)."""


class Damaged(Exception):
    """The bytes are no whole file of their kind; the text says why."""


class Inspection(Protocol):
    """Sees a file's bytes in order."""

    needs_beginning: bool
    """Whether it has to see the first bytes too."""

    def add(self, chunk: bytes) -> None:
        """See the next bytes. Raises Damaged."""
        ...

    def end(self) -> None:
        """Nothing comes after. Raises Damaged."""
        ...


class NoInspection:
    """Sees nothing wrong: the format does not tell its end."""

    needs_beginning = False

    def add(self, chunk: bytes) -> None:
        """Any bytes will do."""

    def end(self) -> None:
        """Any end will do."""


class GzipInspection:
    """Inflates every member; their check sums are compared by zlib (RFC 1952, 2.2)."""

    needs_beginning = True

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._has_begun = False
        self._is_padding = False

    def add(self, chunk: bytes) -> None:
        rest = chunk
        try:
            while rest:
                if self._member.eof or self._is_padding:
                    # tar and tapes fill up with zeros; gzip passes over them.
                    self._is_padding = self._is_padding or rest[0] == 0
                    if self._is_padding:
                        if rest.strip(b"\0"):
                            raise Damaged("it goes on behind its last gzip member")
                        return
                    self._member = zlib.decompressobj(31)
                self._has_begun = True
                self._member.decompress(rest, _PIECE_BYTES)
                rest = self._member.unconsumed_tail or self._member.unused_data
        except zlib.error as exc:
            raise Damaged(f"it is no sound gzip: {exc}") from exc

    def end(self) -> None:
        while self._has_begun and not self._member.eof:
            if not self._member.decompress(b"", _PIECE_BYTES):
                raise Damaged("its last gzip member is cut off")
        if not self._has_begun:
            raise Damaged("it is empty, so no gzip")


class ZstdInspection:
    """Walks from block to block by their headers, without opening any (RFC 8878, 3.1.1)."""

    needs_beginning = True

    def __init__(self) -> None:
        self._pending = b""
        self._skip = 0
        self._has_checksum = False
        self._is_between = True
        self._has_begun = False

    def add(self, chunk: bytes) -> None:
        view = memoryview(self._pending + chunk)
        self._pending = b""
        while view:
            if self._skip:
                passed = min(self._skip, len(view))
                self._skip -= passed
                view = view[passed:]
                continue
            taken = self._frame(bytes(view[:8])) if self._is_between else self._block(view[:3])
            if not taken:
                self._pending = bytes(view)
                return
            view = view[taken:]

    def end(self) -> None:
        if not self._has_begun:
            raise Damaged("it is empty, so no zstd")
        if self._pending or self._skip or not self._is_between:
            raise Damaged("its last zstd frame is cut off")

    def _frame(self, head: bytes) -> int:
        """Length of a frame's header; 0 when more of it has to come."""
        if len(head) < 8:  # tells its own length, or how far to skip
            return 0
        magic = int.from_bytes(head[:4], "little")
        self._has_begun = True
        if magic & ~0xF == _ZSTD_SKIPPABLE:
            self._skip = int.from_bytes(head[4:8], "little")
            return 8
        if magic != _ZSTD:
            raise Damaged("it is no zstd frame")
        flags = head[4]
        is_single = bool(flags & 0x20)
        size_bytes = _ZSTD_SIZES[flags >> 6] or int(is_single)
        self._has_checksum = bool(flags & 0x04)
        self._is_between = False
        self._skip = (not is_single) + _ZSTD_NAMES[flags & 0x03] + size_bytes
        return 5

    def _block(self, head: memoryview) -> int:
        if len(head) < 3:
            return 0
        told = int.from_bytes(head, "little")
        is_last, kind, size_bytes = told & 1, told >> 1 & 0x03, told >> 3
        if kind == 3:
            raise Damaged("it is no sound zstd: a block of no known kind")
        self._skip = 1 if kind == 1 else size_bytes
        if is_last:
            self._is_between = True
            self._skip += 4 * self._has_checksum
        return 3


class ZipInspection:
    """Looks for the record that ends the archive's directory."""

    needs_beginning = False

    def __init__(self) -> None:
        self._tail = b""

    def add(self, chunk: bytes) -> None:
        self._tail = (self._tail + chunk if len(chunk) < _TAIL_BYTES else chunk)[-_TAIL_BYTES:]

    def end(self) -> None:
        at = self._tail.rfind(_ZIP_END)
        comment = int.from_bytes(self._tail[at + 20 : at + 22], "little")
        if at < 0 or at + 22 + comment != len(self._tail):
            raise Damaged("it is a zip archive without the end of its directory")


class ParquetInspection:
    """Looks for the mark that a writer leaves last (Apache Parquet, "File Format")."""

    needs_beginning = False

    def __init__(self) -> None:
        self._tail = b""

    def add(self, chunk: bytes) -> None:
        self._tail = (self._tail + chunk[-4:])[-4:]

    def end(self) -> None:
        if self._tail not in _PARQUET_ENDS:
            raise Damaged("it is a Parquet file without its footer")


_BY_ENDING: dict[str, type[Inspection]] = {
    ".gz": GzipInspection,
    ".tgz": GzipInspection,
    ".zst": ZstdInspection,
    ".zip": ZipInspection,
    ".parquet": ParquetInspection,
}


def inspection_of(name: str) -> Inspection:
    """How to inspect a file of a name."""
    return _BY_ENDING.get(PurePosixPath(name).suffix.lower(), NoInspection)()
