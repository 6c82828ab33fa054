"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from millrace_etl.errors import ObjectMissing
from millrace_etl.ports import StoredObject


class MemoryStore:
    """ObjectStore in a dict of (bucket, key)."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    def get(self, bucket: str, key: str) -> bytes:
        try:
            return self.objects[bucket, key]
        except KeyError:
            raise ObjectMissing(f"s3://{bucket}/{key}") from None

    def first_bytes(self, bucket: str, key: str, count: int) -> bytes:
        return self.get(bucket, key)[:count]

    def last_bytes(self, bucket: str, key: str, count: int) -> bytes:
        return self.get(bucket, key)[-count:]

    def put(self, bucket: str, key: str, body: bytes) -> None:
        self.objects[bucket, key] = body

    def put_new(self, bucket: str, key: str, body: bytes) -> bool:
        if (bucket, key) in self.objects:
            return False
        self.objects[bucket, key] = body
        return True

    def list(self, bucket: str, prefix: str) -> Sequence[StoredObject]:
        return [
            StoredObject(key, len(body))
            for (held_in, key), body in sorted(self.objects.items())
            if held_in == bucket and key.startswith(prefix)
        ]

    def copy(self, from_bucket: str, from_key: str, bucket: str, key: str) -> None:
        self.objects[bucket, key] = self.get(from_bucket, from_key)

    def delete(self, bucket: str, keys: Iterable[str]) -> None:
        for key in keys:
            self.objects.pop((bucket, key), None)
