"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from millrace_contracts import Dataset, Manifest
from millrace_ingest.errors import ManifestMissing, SecretMissing, SourceChanged, SpecMissing
from millrace_ingest.secret import Secret
from millrace_ingest.versions import SourceFile


class MemorySource:
    """Source in a dict of contents by name; a content that is set again is a new version."""

    def __init__(self, url: str = "memory://out") -> None:
        self._url = url
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

    def read(self, file: SourceFile) -> Iterator[bytes]:
        if file.name not in self._contents:
            raise SourceChanged(f"{file.source} vanished")
        content = self._contents[file.name][1]
        half = len(content) // 2
        yield from (part for part in (content[:half], content[half:]) if part)

    def is_current(self, file: SourceFile) -> bool:
        return file.name in self._contents and self._listed(file.name) == file

    def _listed(self, name: str) -> SourceFile:
        edit, content = self._contents[name]
        return SourceFile(f"{self._url}/{name}", name, name, str(edit), len(content))


class MemoryUpload:
    """Upload into the dict of a MemoryLanding."""

    def __init__(self, objects: dict[str, bytes], key: str) -> None:
        self._objects = objects
        self._key = key
        self._content = bytearray()

    def add(self, chunk: bytes) -> None:
        self._content += chunk

    def commit(self) -> None:
        self._objects[self._key] = bytes(self._content)


class MemoryLanding:
    """Landing in a dict."""

    def __init__(self, bucket: str = "landing") -> None:
        self.bucket = bucket
        self.objects: dict[str, bytes] = {}

    @contextmanager
    def upload(self, key: str) -> Iterator[MemoryUpload]:
        yield MemoryUpload(self.objects, key)


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
