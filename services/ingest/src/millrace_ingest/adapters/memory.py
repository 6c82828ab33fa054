"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256

from millrace_contracts import Dataset, Manifest
from millrace_ingest.errors import ManifestMissing, SecretMissing, SourceChanged, SpecMissing
from millrace_ingest.parts import PartSize, Progress, digest_of_parts, part_size_bytes
from millrace_ingest.secret import Secret
from millrace_ingest.versions import SourceFile


class MemorySource:
    """Source in a dict of contents by name; a content that is set again is a new version."""

    settle_s = 0.0

    def __init__(self, url: str = "memory://out") -> None:
        self._url = url
        self.released: list[str] = []
        self._contents: dict[str, tuple[int, bytes]] = {}
        self._edits = 0

    def put(self, name: str, content: bytes) -> None:
        """Create a file or a new version of it."""
        self._edits += 1
        self._contents[name] = (self._edits, content)

    def remove(self, name: str) -> None:
        """Delete a file."""
        del self._contents[name]

    def files(self) -> Sequence[SourceFile]:
        return [self._listed(name) for name in sorted(self._contents)]

    def read(self, file: SourceFile, begin: int = 0) -> Iterator[bytes]:
        if file.name not in self._contents:
            raise SourceChanged(f"{file.source} vanished")
        content = self._contents[file.name][1][begin:]
        half = len(content) // 2
        yield from (part for part in (content[:half], content[half:]) if part)

    def is_current(self, file: SourceFile) -> bool:
        return file.name in self._contents and self._listed(file.name) == file

    def release(self, file: SourceFile) -> None:
        self.released.append(file.name)

    def _listed(self, name: str) -> SourceFile:
        edit, content = self._contents[name]
        return SourceFile(f"{self._url}/{name}", name, name, str(edit), len(content))


class MemoryUpload:
    """Upload into the dicts of a MemoryLanding."""

    def __init__(self, landing: MemoryLanding, key: str, progress: str) -> None:
        self._landing = landing
        self._key = key
        self._parts: list[bytes] = []
        self._pending = b""
        self._seen: bytes | None = None
        landing.uploads_begun += 1
        self._id = f"upload {landing.uploads_begun}"
        if progress:
            before = Progress.parse(progress)
            if held := landing.suspended.pop(before.upload_id, [])[: len(before.digests)]:
                self._id = before.upload_id
                self._parts = held[:-1]
                self._seen = before.digests[len(held) - 1]
        self.size_bytes = sum(map(len, self._parts))

    def add(self, chunk: bytes) -> None:
        self._pending += chunk
        while len(self._pending) > (size := self._landing.part_size(len(self._parts) + 1)):
            self._parts.append(self._pending[:size])
            self._pending = self._pending[size:]
            if self._seen not in (None, self._digests()[-1]):
                raise SourceChanged(
                    f"{self._key}: the source is not what its first parts came from"
                )
            self._seen = None

    def sha256(self) -> str:
        return digest_of_parts([*self._digests(), sha256(self._pending).digest()])

    def progress(self) -> str:
        return str(Progress(self._id, self._digests())) if self._parts else ""

    def suspend(self) -> None:
        self._landing.suspended[self._id] = list(self._parts)

    def commit(self) -> None:
        self._landing.objects[self._key] = b"".join((*self._parts, self._pending))

    def _digests(self) -> tuple[bytes, ...]:
        return tuple(sha256(part).digest() for part in self._parts)


class MemoryLanding:
    """Landing in a dict."""

    def __init__(self, bucket: str = "landing", part_size: PartSize = part_size_bytes) -> None:
        self.bucket = bucket
        self.part_size = part_size
        self.objects: dict[str, bytes] = {}
        self.suspended: dict[str, list[bytes]] = {}
        self.uploads_begun = 0

    def holds(self, key: str) -> bool:
        return key in self.objects

    @contextmanager
    def upload(self, key: str, progress: str = "") -> Iterator[MemoryUpload]:
        yield MemoryUpload(self, key, progress)


class MemoryArtifacts:
    """Artifacts in dicts."""

    def __init__(self, specs: Mapping[str, Dataset], bucket: str = "artifacts") -> None:
        self.bucket = bucket
        self.manifests: dict[str, Manifest] = {}
        self._specs = specs

    def spec(self, dataset: str) -> Dataset:
        if dataset not in self._specs:
            raise SpecMissing(f"{dataset}: no spec")
        return self._specs[dataset]

    def put_manifest(self, manifest: Manifest) -> None:
        self.manifests[manifest.run_id] = manifest

    def manifest(self, run_id: str) -> Manifest:
        if run_id not in self.manifests:
            raise ManifestMissing(f"no manifest of {run_id}")
        return self.manifests[run_id]


class MemorySecrets:
    """Secrets in a dict of texts by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def get(self, name: str) -> Secret:
        if name not in self._texts:
            raise SecretMissing(f"there is no secret {name}")
        return Secret.parse(name, self._texts[name])
