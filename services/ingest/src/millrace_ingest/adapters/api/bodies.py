"""A response's body, uncompressed piece by piece within a bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

import httpx

from millrace_ingest.errors import SourceEndless, SourceMalformed, SourceUnavailable

_PIECE_BYTES = 1024 * 1024
_IN_MEMORY_BYTES = 1024 * 1024
_GZIP = b"\x1f\x8b"
_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 47}


def read_body(response: httpx.Response, limit_bytes: int, place: str) -> IO[bytes]:
    """The body in a temporary file, at its beginning; a gzip file is opened too.

    Raises:
        SourceEndless: It is larger than the limit, once uncompressed.
        SourceMalformed: Its encoding is none that was asked for.
        SourceUnavailable: It is cut off or damaged.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity" and encoding not in _WBITS:
        raise SourceMalformed(f"{place} answered in encoding {encoding[:20]!r}")
    pieces = _nonempty(response.iter_raw(_PIECE_BYTES))
    if encoding in _WBITS:
        pieces = _inflated(pieces, _WBITS[encoding], place)
    first = next(pieces, b"")
    if first.startswith(_GZIP):
        pieces = _inflated(_chain(first, pieces), _WBITS["gzip"], place)
        first = next(pieces, b"")
    spool: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller's
    try:
        for piece in _chain(first, pieces):
            if spool.tell() + len(piece) > limit_bytes:
                raise SourceEndless(f"{place} answered a page of over {limit_bytes} bytes")
            spool.write(piece)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _nonempty(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return (piece for piece in pieces if piece)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _inflated(pieces: Iterator[bytes], wbits: int, place: str) -> Iterator[bytes]:
    """Uncompress in pieces of a bounded size, however much a few bytes stand for."""
    inflater = zlib.decompressobj(wbits)
    has_begun = False
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if inflater.eof:
                    inflater = zlib.decompressobj(wbits)
                has_begun = True
                out = inflater.decompress(rest, _PIECE_BYTES)
                if out:
                    yield out
                rest = inflater.unconsumed_tail or inflater.unused_data
        while has_begun and not inflater.eof and (out := inflater.decompress(b"", _PIECE_BYTES)):
            yield out
    except zlib.error as exc:
        raise SourceUnavailable(f"{place}: the compressed body is damaged") from exc
    if has_begun and not inflater.eof:
        raise SourceUnavailable(f"{place}: the compressed body is cut off")
