"""The snapshot file: a line that says what wrote it, then the pickled backends."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from millrace_localcloud.persistence.pickling import Backends, load

_FORMAT = 1
"""Grows whenever a class whose instances are saved changes shape."""


class StateUnreadable(RuntimeError):
    """The home's state was written by other versions, or is damaged."""


def write(path: Path, payload: bytes) -> None:
    """Replace the snapshot by ``payload``: after a crash there is the old one or the new one."""
    header = {**_writer(), "sha256": hashlib.sha256(payload).hexdigest()}
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as out:
        out.write(json.dumps(header).encode() + b"\n")
        out.write(payload)
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)


def read(path: Path) -> bytes | None:
    """What was given to ``write``; None when nothing was saved.

    Raises:
        StateUnreadable: Other versions wrote it, or it is damaged.
    """
    if not path.exists():
        return None
    first_line, _, payload = path.read_bytes().partition(b"\n")
    _check(path, first_line, payload)
    return payload


def unpack(path: Path, payload: bytes) -> Backends:
    """The backends in ``payload``, all or none; ``path`` is named in the error.

    Raises:
        StateUnreadable: A class of the state no longer takes it.
    """
    try:
        return load(payload)
    except Exception as exc:
        raise _refusal(path, f"it cannot be read ({type(exc).__name__}: {exc})") from exc


def _check(path: Path, first_line: bytes, payload: bytes) -> None:
    try:
        header = json.loads(first_line)
        digest = header.pop("sha256")
    except (ValueError, KeyError, AttributeError) as exc:
        raise _refusal(path, "it is not a snapshot of the local cloud") from exc
    if header != _writer():
        raise _refusal(path, f"it was written with {header}, and this is {_writer()}")
    if digest != hashlib.sha256(payload).hexdigest():
        raise _refusal(path, "it is damaged")


def _writer() -> dict[str, Any]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"format": _FORMAT, "moto": version("moto"), "python": python}


def _refusal(path: Path, reason: str) -> StateUnreadable:
    return StateUnreadable(
        f"cannot take up the state in {path}: {reason}. Start with another home and deploy again, "
        f"or remove {path.parent} to keep only the files of the lake."
    )
