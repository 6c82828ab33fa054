"""Where an object lies: one plain file per key, below the bucket's folder.

A key's parts between slashes are file names as they stand. What a file system cannot hold is
stored under a reserved name: an empty part (``a//b``, ``a/``), ``.``, ``..``, and the key ``a``
while the folder ``a/`` exists. No key leaves its bucket's folder.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_RESERVED = ".~"
"""Begins the names that stand for something else; a part that begins so is escaped."""
_WORDS = {"": ".~empty", ".": ".~dot", "..": ".~dotdot"}
_PARTS = {word: part for part, word in _WORDS.items()}
_BESIDE_FOLDER = ".~object~"
_ESCAPED = ".~~"
_LONGEST_NAME = 255 - len(_BESIDE_FOLDER)


class KeyNotStorable(ValueError):
    """The key has a part that no file name can hold."""


class Layout:
    """The files of all buckets below ``lake``."""

    def __init__(self, lake: Path) -> None:
        self._lake = lake
        self._lock = threading.RLock()

    def bucket(self, bucket: str) -> Path:
        return self._lake / bucket

    @contextmanager
    def still(self) -> Iterator[None]:
        """Inside, the cloud moves no object: a file that was found is still where it was."""
        with self._lock:
            yield

    def find(self, bucket: str, key: str) -> Path | None:
        """The file that holds ``key``, or None."""
        path = self._plain(bucket, key)
        for candidate in (path, _beside_folder(path)):
            if candidate.is_file():
                return candidate
        return None

    def status(self, bucket: str, key: str) -> os.stat_result | None:
        """Of the file that holds ``key``; None when there is none."""
        with self.still(), suppress(FileNotFoundError):
            path = self.find(bucket, key)
            return None if path is None else path.stat()
        return None

    def publish(self, file: Path, bucket: str, key: str) -> Path:
        """Move ``file`` to where ``key`` lies; readers see the old object or the new one."""
        path = self._plain(bucket, key)
        with self._lock:
            self._make_folder(path.parent)
            target = _beside_folder(path) if path.is_dir() else path
            file.replace(target)
            if target is path:
                _beside_folder(path).unlink(missing_ok=True)
        return target

    def take(self, bucket: str, key: str, to: Path) -> bool:
        """Move the object's file out of the bucket; False when there is none."""
        with self._lock:
            path = self.find(bucket, key)
            if path is None:
                return False
            path.replace(to)
            self._drop_empty_folders(path.parent, self.bucket(bucket))
        return True

    def remove(self, bucket: str, key: str) -> None:
        with self._lock:
            path = self.find(bucket, key)
            if path is not None:
                path.unlink(missing_ok=True)
                self._drop_empty_folders(path.parent, self.bucket(bucket))

    def remove_bucket(self, bucket: str) -> None:
        shutil.rmtree(self.bucket(bucket), ignore_errors=True)

    def keys(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Every key that starts with ``prefix``, walking only the folder that can hold it."""
        folder, slash, _ = prefix.rpartition("/")
        start = self._plain(bucket, folder) if slash else self.bucket(bucket)
        for key, entry in _walk(start, folder + slash):
            if key.startswith(prefix):
                yield key, entry

    def _plain(self, bucket: str, key: str) -> Path:
        return self.bucket(bucket).joinpath(*(_name(part) for part in key.split("/")))

    def _make_folder(self, folder: Path) -> None:
        """Make ``folder``, moving objects aside that bear the name of one of its parents."""
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        if folder.is_file():
            aside = _beside_folder(folder)
            folder.replace(aside)
        folder.mkdir(exist_ok=True)

    def _drop_empty_folders(self, folder: Path, bucket: Path) -> None:
        with suppress(OSError):
            while folder != bucket:
                folder.rmdir()
                folder = folder.parent


def _name(part: str) -> str:
    if "\0" in part or len(os.fsencode(part)) > _LONGEST_NAME:
        raise KeyNotStorable(
            f"a part of a key between slashes holds no NUL and at most {_LONGEST_NAME} bytes"
        )
    if part in _WORDS:
        return _WORDS[part]
    return _ESCAPED + part[len(_RESERVED) :] if part.startswith(_RESERVED) else part


def _part(name: str) -> str:
    if name in _PARTS:
        return _PARTS[name]
    if name.startswith(_BESIDE_FOLDER):
        return _part(name.removeprefix(_BESIDE_FOLDER))
    return _RESERVED + name[len(_ESCAPED) :] if name.startswith(_ESCAPED) else name


def _beside_folder(path: Path) -> Path:
    return path.with_name(_BESIDE_FOLDER + path.name)


def _walk(folder: Path | str, base: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        key = base + _part(entry.name)
        if entry.is_dir():
            yield from _walk(entry.path, key + "/")
        elif not _is_checksum_file(entry.name):
            yield key, entry


def _is_checksum_file(name: str) -> bool:
    """Hadoop's local file system writes ``.<name>.crc`` beside every file it writes."""
    return name.startswith(".") and name.endswith(".crc")
