"""What the use cases need from outside, as protocols. No implementation here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from millrace_contracts import Dataset, Manifest
from millrace_contracts.dataset import Source as SourceSpec
from millrace_ingest.messages import Contents, Message
from millrace_ingest.secret import Secret
from millrace_ingest.versions import SourceFile


class Source(Protocol):
    """The files that a dataset's source offers."""

    settle_s: float
    """How long a new file's listing must stay the same before it is read."""

    def files(self) -> Sequence[SourceFile]:
        """Every matching file, by name. Raises SourceMissing, SourceUnavailable."""
        ...

    def read(self, file: SourceFile, begin: int = 0) -> Iterator[bytes]:
        """The file's bytes from an offset on, in chunks of at most 1 MiB.

        Raises SourceChanged, SourceUnavailable.
        """
        ...

    def is_current(self, file: SourceFile) -> bool:
        """Whether the source still holds exactly this version. Raises SourceUnavailable."""
        ...

    def release(self, file: SourceFile) -> None:
        """Do with a file whose object and record are durable what the spec says; may be repeated.

        A version that is no longer there is left alone. Raises SourceUnavailable, SourceRefused.
        """
        ...


Connect = Callable[[SourceSpec], AbstractContextManager[Source]]
"""Opens the source that a spec declares. Raises SourceMissing, SourceMalformed."""


class Upload(Protocol):
    """One object on its way; nothing is visible before ``commit``."""

    size_bytes: int
    """How much of the object the store already holds, when the upload begins."""

    def add(self, chunk: bytes) -> None:
        """Append bytes.

        Raises StoreUnavailable, or SourceChanged where what is sent again differs from what the
        store holds.
        """
        ...

    def sha256(self) -> str:
        """Digest of all that was added, by ``digest_of_parts``."""
        ...

    def progress(self) -> str:
        """What a later upload of the key needs to go on after the parts sent so far."""
        ...

    def suspend(self) -> None:
        """Leave the parts with the store when the context ends."""
        ...

    def commit(self) -> None:
        """Make the object visible, whole, unless it is. Raises StoreUnavailable."""
        ...


class Landing(Protocol):
    """The landing bucket."""

    bucket: str

    def holds(self, key: str) -> bool:
        """Whether there is an object of this key. Raises StoreUnavailable."""
        ...

    def upload(self, key: str, progress: str = "") -> AbstractContextManager[Upload]:
        """Begin an object, or go on where its ``progress`` was told.

        Leaving the context without a commit discards it, unless it was suspended.
        """
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


class Queue(Protocol):
    """A queue of messages. Every method raises SourceRefused or SourceUnavailable."""

    def receive(self) -> Sequence[Message]:
        """The next few messages, hidden from others for a while; none when none waits."""
        ...

    def delete(self, messages: Sequence[Message]) -> None:
        """Remove messages for good."""
        ...

    def reject(self, message: Message, reason: str) -> None:
        """Put a message into the dead-letter queue with the reason, then remove it here."""
        ...


class MessageIds(Protocol):
    """Which messages each landed object holds. Raises StoreUnavailable."""

    def put(self, dataset: str, file_id: str, contents: Contents) -> None:
        """Write or replace what an object holds."""
        ...

    def get(self, dataset: str, file_id: str) -> Contents | None:
        """What an object holds; None when nobody wrote it."""
        ...
