"""A bucket's keys: what moto knows about them, brought in line with the files that lie there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.utils import _VersionedKeyStore

from millrace_localcloud.s3.layout import Layout
from millrace_localcloud.s3.locks import key_lock
from millrace_localcloud.s3.objects import StoredKey, signature
from millrace_localcloud.s3.policies import policy_on_loopback


class LakeBucket(FakeBucket):
    """A bucket whose keys are the files of its folder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = LakeKeys()
        self.keys.bucket = self
        StoredKey.layout.bucket(self.name).mkdir(parents=True, exist_ok=True)

    def get_permission(self, action: str, resource: str) -> Any:
        """What the bucket's policy says of an action; moto's PermissionResult."""
        if self.policy is None:
            return PermissionResult.NEUTRAL
        return IAMPolicy(policy_on_loopback(self.policy)).is_action_permitted(action, resource)


class LakeKeys(_VersionedKeyStore):
    """Versions by key. A file that appeared is adopted, and one that vanished is forgotten."""

    bucket: Any

    def current(self, prefix: str) -> list[StoredKey]:
        """The objects that a listing shows, by name."""
        found = []
        for name, entry in self._layout.keys(self.bucket.name, prefix):
            with suppress(FileNotFoundError):
                latest = self._latest(name, entry)
                if isinstance(latest, StoredKey):
                    found.append(latest)
        return sorted(found, key=lambda key: key.name)

    def setlist(self, key: str, versions: Any) -> None:
        kept = list(versions)
        with key_lock(self.bucket.name, key):
            before: list[Any] = dict.get(self, key, [])
            latest = kept[-1] if kept else None
            shown = next((v for v in before if isinstance(v, StoredKey) and v.in_lake), None)
            if shown is not None and shown is not latest and shown in kept:
                shown.retire()
            for dropped in before:
                if isinstance(dropped, StoredKey) and dropped not in kept:
                    dropped.dispose()
            if isinstance(latest, StoredKey):
                latest.publish()
            elif shown is not None and shown not in kept:
                self._layout.remove(self.bucket.name, key)
            dict.__setitem__(self, key, kept)

    def pop(self, key: str) -> None:
        with key_lock(self.bucket.name, key):
            self.__sgetitem__(key)
            self.setlist(key, [])
            dict.pop(self, key)

    def __sgetitem__(self, key: str) -> list[Any]:
        with key_lock(self.bucket.name, key):
            self._refresh(key)
            return dict.__getitem__(self, key)

    def __setitem__(self, key: str, version: Any) -> None:
        with key_lock(self.bucket.name, key):
            self.setlist(key, [*self.getlist(key, []), version])

    def __contains__(self, key: object) -> bool:
        return bool(self.getlist(str(key)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._self_iterable())

    def __len__(self) -> int:
        return len(self._self_iterable())

    def _self_iterable(self) -> dict[str, list[Any]]:
        names = {name for name, _ in self._layout.keys(self.bucket.name)} | set(dict.keys(self))
        found = {name: self.getlist(name) for name in sorted(names)}
        return {name: versions for name, versions in found.items() if versions}

    def _latest(self, name: str, entry: os.DirEntry[str]) -> Any:
        versions = dict.get(self, name)
        latest = versions[-1] if versions else None
        if isinstance(latest, StoredKey) and latest.signature == signature(entry.stat()):
            return latest
        return self.get(name)

    def _refresh(self, key: str) -> None:
        """Compare what is known about ``key`` with its file; the caller holds the key's lock."""
        known: list[Any] = dict.get(self, key, [])
        latest = known[-1] if known else None
        status = self._layout.status(self.bucket.name, key)
        if isinstance(latest, StoredKey):
            if status is not None and latest.signature == signature(status):
                return
            known = known[:-1]
        elif status is None:
            return
        if status is not None:
            version_id = str(uuid.uuid4()) if self.bucket.is_versioned else "null"
            known = [*known, StoredKey.adopted(self.bucket, key, status, version_id)]
        elif known and isinstance(known[-1], StoredKey):
            known = [*known, FakeDeleteMarker(known[-1])]
        if known:
            dict.__setitem__(self, key, known)
        else:
            dict.pop(self, key, None)

    @property
    def _layout(self) -> Layout:
        return StoredKey.layout

    def __reduce_ex__(self, protocol: Any) -> Any:
        return LakeKeys, (), {"bucket": self.bucket, "versions": dict(dict.items(self))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.bucket = state["bucket"]
        dict.update(self, state["versions"])
