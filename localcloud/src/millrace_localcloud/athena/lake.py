"""Objects as files: where a table's data lies on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.cloud import ACCOUNT, Cloud
from millrace_localcloud.s3.layout import Layout


@dataclass(frozen=True)
class DataFile:
    """One object and the file that holds it."""

    key: str
    path: Path
    size: int


class Lake:
    """Reads and writes the objects of S3."""

    def __init__(self, cloud: Cloud) -> None:
        self._layout = Layout(cloud.home.lake)

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
        names = (key.name for key in keys if _is_data(key.name[len(prefix) :]))
        files = [self._file(bucket, name) for name in names]
        return [one for one in files if one is not None and one.size]

    def _file(self, bucket: str, key: str) -> DataFile | None:
        path = self._layout.find(bucket, key)
        if path is None:  # removed since it was listed
            return None
        return DataFile(f"s3://{bucket}/{key}", path, path.stat().st_size)

    def path(self, location: str) -> Path | None:
        """The file that holds an object; None when there is none."""
        return self._layout.find(*split_location(location))

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
