"""Cut an input object into the bodies of the requests to a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from millrace_localcloud.sagemaker.errors import JobFailed


def whole_payload(source: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    """The object as it is (SplitType None). Raises JobFailed when it is too large."""
    yield _fitting(source.read(most_bytes + 1), most_bytes)


def single_lines(source: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    """Each line, without its newline (SingleRecord). Raises JobFailed when one is too large."""
    while line := source.readline(most_bytes + 2):
        yield _fitting(line.removesuffix(b"\n"), most_bytes)


def batched_lines(source: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    """As many whole lines as fit (MultiRecord). Raises JobFailed when one is too large."""
    batch: list[bytes] = []
    size = 0
    while line := source.readline(most_bytes + 1):
        if batch and size + len(line) > most_bytes:
            yield b"".join(batch)
            batch, size = [], 0
        batch.append(_fitting(line, most_bytes))
        size += len(line)
    if batch:
        yield b"".join(batch)


def _fitting(payload: bytes, most_bytes: int) -> bytes:
    if len(payload) > most_bytes:
        raise JobFailed(
            f"ClientError: Too much data for max payload size: a record exceeds {most_bytes} bytes"
        )
    return payload
