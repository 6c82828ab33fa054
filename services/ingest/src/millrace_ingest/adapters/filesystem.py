"""Source on any fsspec file system."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from fsspec.core import url_to_fs
from fsspec.utils import glob_translate

from millrace_contracts.dataset import FileSystemSource
from millrace_ingest.errors import (
    SourceChanged,
    SourceMalformed,
    SourceMissing,
    SourceUnavailable,
)
from millrace_ingest.versions import SourceFile, file_url, fingerprint, public_url

_CHUNK_BYTES = 1024 * 1024
_AHEAD_BYTES = 1024 * 1024
"""Asked for at once where a file system reads ahead; s3fs would by itself ask for 50 MiB."""


class FsspecSource:
    """Source below a URL or a chain of URLs."""

    settle_s = 0.0

    def __init__(self, spec: FileSystemSource, mount: str, drop: str) -> None:
        self._spec = spec
        self._url = spec.url.replace("{mount}", mount).replace("{drop}", drop)
        # In a bucket there is no folder before there is a file.
        self._may_be_missing = "{drop}" in spec.url
        self._shown = public_url(spec.url)
        try:
            self._match = re.compile(glob_translate(spec.match))
        except (ValueError, re.error) as exc:
            raise SourceMalformed(f"{self._shown}: match {spec.match!r}: {exc}") from exc
        self._files, self._root = self._open()

    def close(self) -> None:
        """Give up the archive or connection that stays open between calls."""
        _close(self._files)

    def files(self) -> Sequence[SourceFile]:
        depth = None if "**" in self._spec.match else self._spec.match.count("/") + 1
        with self._read_errors(self._shown):
            if not self._files.exists(self._root):
                if self._may_be_missing:
                    return []
                raise SourceMissing(f"there is nothing at {self._shown}")
            found: Mapping[str, dict[str, Any]] = self._files.find(
                self._root, maxdepth=depth, detail=True
            )
        listed = [
            self._listed(name, info)
            for name, info in ((self._name(path), info) for path, info in found.items())
            if self._match.match(name) and info.get("type") == "file"
        ]
        return sorted(listed, key=lambda file: file.name)

    def read(self, file: SourceFile, begin: int = 0) -> Iterator[bytes]:
        with (
            self._read_errors(file.source),
            self._files.open(file.path, "rb", block_size=_AHEAD_BYTES) as stream,
        ):
            stream.seek(begin)
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk

    def is_current(self, file: SourceFile) -> bool:
        # A fresh file system: an archive's listing is read once, when it is opened.
        try:
            files, _ = self._open()
        except SourceMissing:
            return False
        try:
            with self._read_errors(file.source):
                return fingerprint(files.info(file.path)) == file.fingerprint
        except SourceChanged:
            return False
        finally:
            _close(files)

    def release(self, file: SourceFile) -> None:
        """A file system's files stay as they are."""

    def _open(self) -> tuple[Any, str]:
        try:
            files, root = url_to_fs(self._url, skip_instance_cache=True)
        except FileNotFoundError as exc:
            raise SourceMissing(f"there is nothing at {self._shown}") from exc
        except (ValueError, ImportError, zipfile.BadZipFile) as exc:
            raise SourceMalformed(f"{self._shown}: {exc}") from exc
        except OSError as exc:
            raise SourceUnavailable(f"{self._shown}: {type(exc).__name__}") from exc
        return files, root

    def _name(self, path: str) -> str:
        below = path.removeprefix(self._root).lstrip("/")
        return below or path.rsplit("/", 1)[-1]

    def _listed(self, name: str, info: Mapping[str, Any]) -> SourceFile:
        size_bytes = info.get("size")
        source = file_url(self._spec.url, name)
        if size_bytes is None:
            raise SourceMalformed(f"{source}: the source does not tell its size")
        return SourceFile(source, name, str(info["name"]), fingerprint(info), int(size_bytes))

    @contextmanager
    def _read_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as exc:
            raise SourceChanged(f"{what} vanished") from exc
        except (zipfile.BadZipFile, zlib.error, EOFError) as exc:
            raise SourceChanged(f"{what}: {exc}") from exc
        except OSError as exc:
            raise SourceUnavailable(f"{what}: {type(exc).__name__}: {exc.strerror}") from exc


@contextmanager
def connect_filesystem(
    spec: FileSystemSource, mount: str, drop: str = ""
) -> Iterator[FsspecSource]:
    """Open a source for the length of a context.

    Args:
        spec: The source as declared.
        mount: Directory that ``{mount}`` in its URL stands for.
        drop: URL that ``{drop}`` in it stands for.

    Raises:
        SourceMissing: There is nothing at the URL.
        SourceMalformed: The URL's scheme, the pattern or the archive cannot be understood.
        SourceUnavailable: It cannot be reached just now.
    """
    source = FsspecSource(spec, mount, drop)
    try:
        yield source
    finally:
        source.close()


def _close(files: Any) -> None:
    close = getattr(files, "close", None)
    if close is not None:
        close()
