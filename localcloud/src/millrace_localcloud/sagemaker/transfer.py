"""Copy a job's inputs from S3 and its outputs to S3."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from millrace_localcloud.jobs.uris import split_uri
from millrace_localcloud.sagemaker.errors import JobFailed


@dataclass(frozen=True, slots=True)
class InputObject:
    """One object and the path below the input's folder that it is copied to."""

    bucket: str
    key: str
    path: str


def list_input(s3: Any, uri: str, data_type: str) -> list[InputObject]:
    """Objects of one input, in key order.

    Args:
        s3: S3 client.
        uri: A prefix, or the manifest's own URI.
        data_type: ``S3Prefix`` or ``ManifestFile`` (SageMaker API Reference, S3DataSource).

    Raises:
        JobFailed: The input has no objects, or its manifest is not one.
    """
    bucket, key = split_uri(uri)
    try:
        found = (
            _manifest(s3, bucket, key) if data_type == "ManifestFile" else _prefix(s3, bucket, key)
        )
    except ClientError as exc:
        raise JobFailed(f"ClientError: {uri}: {exc.response['Error']['Message']}") from exc
    if not found:
        raise JobFailed(f"ClientError: Data download failed: {uri} matched no files on S3")
    return found


def shard(objects: Sequence[InputObject], distribution: str, index: int, count: int) -> Any:
    """The objects that instance ``index`` of ``count`` gets.

    Args:
        objects: All of the input's.
        distribution: ``FullyReplicated`` or ``ShardedByS3Key``.
        index: From 0.
        count: Instances of the job.
    """
    return objects[index::count] if distribution == "ShardedByS3Key" else objects


def download(s3: Any, objects: Iterable[InputObject], folder: Path) -> None:
    """Copy objects into a folder."""
    for item in objects:
        target = folder / item.path
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(item.bucket, item.key, str(target))


def upload(s3: Any, folder: Path, uri: str) -> None:
    """Copy every file below ``folder`` to the prefix ``uri``."""
    bucket, prefix = split_uri(uri)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = f"{prefix.rstrip('/')}/{path.relative_to(folder).as_posix()}".lstrip("/")
            s3.upload_file(str(path), bucket, key)


def upload_archive(s3: Any, folders: Sequence[Path], archive: Path, uri: str) -> None:
    """Copy the files of ``folders``, as one ``.tar.gz``, to the object ``uri``."""
    with tarfile.open(archive, "w:gz") as tar:
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                tar.add(path, arcname=path.relative_to(folder).as_posix(), recursive=False)
    bucket, key = split_uri(uri)
    s3.upload_file(str(archive), bucket, key)


def unpack_archive(s3: Any, uri: str, folder: Path) -> None:
    """Unpack the ``.tar.gz`` at ``uri`` into ``folder``. Raises JobFailed."""
    archive = folder.parent / "archive.tar.gz"
    try:
        bucket, key = split_uri(uri)
        s3.download_file(bucket, key, str(archive))
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except ClientError as exc:
        raise JobFailed(f"ClientError: {uri}: {exc.response['Error']['Message']}") from exc
    except (ValueError, tarfile.TarError, EOFError, OSError) as exc:
        raise JobFailed(f"ClientError: {uri} cannot be unpacked: {exc}") from exc
    finally:
        archive.unlink(missing_ok=True)


def _prefix(s3: Any, bucket: str, prefix: str) -> list[InputObject]:
    folder = f"{prefix.rstrip('/')}/" if prefix else ""
    parent = prefix[: prefix.rfind("/") + 1]
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", ()):
            key = item["Key"]
            if not key.endswith("/"):
                relative = key.removeprefix(folder if key.startswith(folder) else parent)
                found.append(InputObject(bucket, key, relative))
    return found


def _manifest(s3: Any, bucket: str, key: str) -> list[InputObject]:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        head, *names = json.loads(body)
        from_bucket, prefix = split_uri(head["prefix"])
    except (ValueError, KeyError, TypeError) as exc:
        raise JobFailed(f"ClientError: s3://{bucket}/{key} is not a manifest: {exc}") from exc
    return [InputObject(from_bucket, f"{prefix}{name}", name) for name in names]
