"""What the use cases need from outside, as protocols. No implementation here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from millrace_contracts import Dataset, Manifest
from millrace_contracts.dataset import Source as SourceSpec
from millrace_ingest.secret import Secret
from millrace_ingest.versions import SourceFile


class Source(Protocol):
    """The files that a dataset's source offers."""

    def files(self) -> Sequence[SourceFile]:
        """Every matching file, by name. Raises SourceMissing, SourceUnavailable."""
        ...

    def read(self, file: SourceFile) -> Iterator[bytes]:
        """The file's bytes in chunks of at most 1 MiB. Raises SourceChanged, SourceUnavailable."""
        ...

    def is_current(self, file: SourceFile) -> bool:
        """Whether the source still holds exactly this version. Raises SourceUnavailable."""
        ...


Connect = Callable[[SourceSpec], AbstractContextManager[Source]]
"""Opens the source that a spec declares. Raises SourceMissing, SourceMalformed."""


class Upload(Protocol):
    """One object on its way; nothing is visible before ``commit``."""

    def add(self, chunk: bytes) -> None:
        """Append bytes. Raises StoreUnavailable."""
        ...

    def commit(self) -> None:
        """Make the object visible, whole. Raises StoreUnavailable."""
        ...


class Landing(Protocol):
    """The landing bucket."""

    bucket: str

    def upload(self, key: str) -> AbstractContextManager[Upload]:
        """Begin an object; leaving the context without a commit discards it."""
        ...


class Artifacts(Protocol):
    """The deployed specs and the manifests."""

    bucket: str

    def spec(self, dataset: str) -> Dataset:
        """The deployed spec. Raises SpecMissing, SpecMalformed, StoreUnavailable."""
        ...

    def put_manifest(self, manifest: Manifest) -> None:
        """Write or replace a run's manifest. Raises StoreUnavailable."""
        ...

    def manifest(self, run_id: str) -> Manifest:
        """A run's manifest. Raises ManifestMissing, StoreUnavailable."""
        ...


class Secrets(Protocol):
    """Credentials by the name that a spec gives them."""

    def get(self, name: str) -> Secret:
        """The secret's fields. Raises SecretMissing, SecretMalformed, StoreUnavailable."""
        ...
