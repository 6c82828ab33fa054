"""Objects as files: where a table's data lies on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.cloud import ACCOUNT, Cloud


@dataclass(frozen=True)
class DataFile:
    """One object and the file that holds it."""

    key: str
    path: Path
    size: int


class Lake:
    """Reads and writes the objects of S3."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    @property
    def root(self) -> Path:
        return self._cloud.home.lake

    @property
    def backend(self) -> Any:
        """The S3 backend that also answers S3's API."""
        from moto.s3.models import s3_backends

        return s3_backends[ACCOUNT]["aws"]

    def files(self, location: str) -> list[DataFile]:
        """Data files below a location; hidden and empty ones are none (Hive's rule).

        Raises:
            QueryFailed: The location is no S3 address or its bucket does not exist.
        """
        bucket, prefix = split_location(location)
        if prefix and not prefix.endswith("/"):
            prefix += "/"
        if bucket not in self.backend.buckets:
            text = f"The specified bucket does not exist: s3://{bucket}"
            raise QueryFailed("HIVE_FILESYSTEM_ERROR", text)
        keys, *_ = self.backend.list_objects(
            self.backend.buckets[bucket], prefix, delimiter=None, marker=None, max_keys=None
        )
        keys = sorted(keys, key=lambda key: key.name)
        files = (self._file(bucket, key) for key in keys if _is_data(key.name[len(prefix) :]))
        return [one for one in files if one.size]

    def _file(self, bucket: str, key: Any) -> DataFile:
        path = self._path(bucket, key.name)
        if not path.is_file():
            # An S3 backend that keeps objects in memory has to put them down first.
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(key.value)
        return DataFile(f"s3://{bucket}/{key.name}", path, path.stat().st_size)

    def _path(self, bucket: str, key: str) -> Path:
        path_of: Callable[..., Path] | None = getattr(
            import_module("millrace_localcloud.s3"), "object_path", None
        )
        return path_of(self._cloud, bucket, key) if path_of else self.root / bucket / key

    def write(self, location: str, body: bytes) -> None:
        """Put one object."""
        bucket, key = split_location(location)
        if bucket not in self.backend.buckets:
            raise QueryFailed(
                "INVALID_OUTPUT_LOCATION", f"Unable to verify/create output bucket {bucket}"
            )
        self.backend.put_object(bucket, key, body)

    def is_empty(self, location: str) -> bool:
        """Whether nothing lies below the location."""
        return not self.files(location)


def split_location(location: str) -> tuple[str, str]:
    """Bucket and key of ``s3://bucket/key``."""
    if not location.startswith("s3://"):
        raise QueryFailed("INVALID_TABLE_PROPERTY", f"Not an S3 location: {location!r}")
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key


def _is_data(rest: str) -> bool:
    return bool(rest) and not any(part[:1] in ("_", ".") for part in rest.split("/"))
