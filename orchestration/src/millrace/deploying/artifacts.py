"""Put what templates point to into the artifacts bucket."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.errors import DeployFailed
from millrace.project import Project


@dataclass(frozen=True, slots=True)
class EtlArtifacts:
    """What the Glue job is made of, as S3 URIs."""

    script: str
    wheels: tuple[str, ...]


def upload_etl(aws: Aws, bucket: str, project: Project) -> EtlArtifacts:
    """Upload the job's script and its wheels. Raises DeployFailed when a wheel is not built."""
    folder = f"services/etl/{project.version('etl')}"
    script = project.service("etl") / "deploy" / "job.py"
    wheels = [_wheel(project, name) for name in ("millrace_contracts", "millrace_etl")]
    uris = [upload(aws, bucket, f"{folder}/{file.name}", file) for file in (script, *wheels)]
    return EtlArtifacts(uris[0], tuple(uris[1:]))


def upload_definition(aws: Aws, bucket: str, project: Project, name: str) -> str:
    """Upload ``<name>.asl.json``; answers its key, which changes with the content.

    CloudFormation sees a new definition only by a new key.
    """
    file = project.asl / f"{name}.asl.json"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    key = f"services/orchestration/{digest}/{file.name}"
    upload(aws, bucket, key, file)
    return key


def upload(aws: Aws, bucket: str, key: str, file: Path) -> str:
    """Upload a file unless the same bytes are there; answers its S3 URI."""
    body = file.read_bytes()
    s3 = aws.client("s3")
    digest = hashlib.sha256(body).hexdigest()
    try:
        if s3.head_object(Bucket=bucket, Key=key)["Metadata"].get("sha256") == digest:
            return f"s3://{bucket}/{key}"
    except ClientError as exc:
        if exc.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
    s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"sha256": digest})
    return f"s3://{bucket}/{key}"


def _wheel(project: Project, name: str) -> Path:
    found = sorted(project.wheels.glob(f"{name}-*.whl"))
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise DeployFailed(f"one {name} wheel is needed in dist/, found {names}: run make setup")
    return found[0]
