"""A file of saved state: a line that says what wrote it, then the pickled backends."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from millrace_localcloud.persistence.pickling import Backends, load

_FORMAT = 3
"""Grows whenever a class whose instances are saved changes shape."""


class StateUnreadable(RuntimeError):
    """The home's state was written by other versions, or is damaged."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was given to ``write``."""

    number: int
    payload: bytes


def write(path: Path, payload: bytes, number: int = 0, *, synced: bool = True) -> None:
    """Replace the file by ``payload``: after a crash there is the old one or the new one.

    Args:
        path: Of the file.
        payload: From ``pickling.dump``.
        number: Grows from each state to the next.
        synced: Whether it must outlive a power cut too.
    """
    header = {**_writer(), "number": number, "sha256": hashlib.sha256(payload).hexdigest()}
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as out:
        out.write(json.dumps(header).encode() + b"\n")
        out.write(payload)
        if synced:
            out.flush()
            os.fsync(out.fileno())
    unfinished.replace(path)


def read(path: Path) -> Saved | None:
    """What was given to ``write``; None when nothing was saved.

    Raises:
        StateUnreadable: Other versions wrote it, or it is damaged.
    """
    if not path.exists():
        return None
    first_line, _, payload = path.read_bytes().partition(b"\n")
    return Saved(_checked_number(path, first_line, payload), payload)


def unpack(path: Path, saved: Saved, *later: Saved) -> Backends:
    """The backends in ``saved``, as they are in the last that has them; all or none.

    Args:
        path: Is named in the error.
        saved: The snapshot.
        later: Single backends as they were afterwards, in order.

    Raises:
        StateUnreadable: A class of the state no longer takes it.
    """
    try:
        return load(saved.payload, *(each.payload for each in later))
    except Exception as exc:
        raise _refusal(path, f"it cannot be read ({type(exc).__name__}: {exc})") from exc


def _checked_number(path: Path, first_line: bytes, payload: bytes) -> int:
    try:
        header = json.loads(first_line)
        digest, number = header.pop("sha256"), int(header.pop("number", 0))
    except (ValueError, KeyError, AttributeError) as exc:
        raise _refusal(path, "it is not a snapshot of the local cloud") from exc
    if header != _writer():
        raise _refusal(path, f"it was written with {header}, and this is {_writer()}")
    if digest != hashlib.sha256(payload).hexdigest():
        raise _refusal(path, "it is damaged")
    return number


def _writer() -> dict[str, Any]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"format": _FORMAT, "moto": version("moto"), "python": python}


def _refusal(path: Path, reason: str) -> StateUnreadable:
    return StateUnreadable(
        f"cannot take up the state in {path}: {reason}. Start with another home and deploy again, "
        f"or remove {path.parent} to keep only the files of the lake."
    )
