"""A server's folder as a source of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fsspec.utils import glob_translate

from millrace_contracts.dataset import FtpSource
from millrace_ingest.adapters.ftp.address import Address
from millrace_ingest.adapters.ftp.server import Entry, Server
from millrace_ingest.errors import SourceMalformed
from millrace_ingest.segments import safe_segment, versioned_segment
from millrace_ingest.versions import SourceFile, file_url, fingerprint


class ServerSource:
    """Source below a folder of a server."""

    def __init__(self, spec: FtpSource, address: Address, server: Server) -> None:
        self.settle_s = spec.settle_s
        self._spec = spec
        self._address = address
        self._server = server
        try:
            self._match = re.compile(glob_translate(spec.match))
        except (ValueError, re.error) as exc:
            raise SourceMalformed(f"{spec.url}: match {spec.match!r}: {exc}") from exc

    def files(self) -> Sequence[SourceFile]:
        depth = None if "**" in self._spec.match else self._spec.match.count("/") + 1
        found = self._below("", depth)
        return sorted(
            (self._file(name, entry) for name, entry in found if self._match.match(name)),
            key=lambda file: file.name,
        )

    def read(self, file: SourceFile, begin: int = 0) -> Iterator[bytes]:
        return self._server.read(file.path, begin)

    def is_current(self, file: SourceFile) -> bool:
        entry = self._server.entry(file.path)
        return entry is not None and self._file(file.name, entry) == file

    def release(self, file: SourceFile) -> None:
        if self._spec.after_landing == "keep" or not self.is_current(file):
            return
        if self._spec.after_landing == "delete":
            self._server.delete(file.path)
            return
        segment = safe_segment(file.name)
        target = self._address.path(f"{self._spec.renamed_to}/{segment}")
        if self._server.entry(target) is not None:
            segment = versioned_segment(segment, file.file_id)
            target = self._address.path(f"{self._spec.renamed_to}/{segment}")
        self._server.rename(file.path, target)

    def _below(self, folder: str, depth: int | None) -> Iterator[tuple[str, Entry]]:
        """Files below a folder by their names below the source's."""
        for entry in self._server.entries(self._address.path(folder) if folder else self._root):
            # A server may tell any name; none may lead out of its folder.
            if "/" in entry.name or entry.name in ("", ".", ".."):
                continue
            name = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.is_folder:
                yield name, entry
            elif (depth is None or depth > 1) and not self._holds_landed(name):
                yield from self._below(name, None if depth is None else depth - 1)

    @property
    def _root(self) -> str:
        return self._address.folder or "/"

    def _holds_landed(self, name: str) -> bool:
        return self._spec.after_landing == "rename" and name == self._spec.renamed_to

    def _file(self, name: str, entry: Entry) -> SourceFile:
        told = {"size": entry.size_bytes, "mtime": entry.modified}
        return SourceFile(
            source=file_url(self._spec.url, name),
            name=name,
            path=self._address.path(name),
            fingerprint=fingerprint(told),
            size_bytes=entry.size_bytes,
        )
