"""The manifest: exactly which landed files a run processes."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, NonNegativeInt


class ManifestFile(BaseModel):
    """One landed file, identified by its content."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bucket: str
    key: str
    """A ``LandingKey``."""
    size_bytes: NonNegativeInt
    sha256: str
    """Of the landed bytes, 64 hex digits. Of more than 8 MiB it is the SHA-256 of its parts'
    SHA-256s, as S3 gives the object's checksum (S3 User Guide, "Checking object integrity")."""
    source: str
    """Where it came from, without credentials or query."""
    landed_at: AwareDatetime


class Manifest(BaseModel):
    """Files of one run in the order they landed; stored at a ``ManifestKey``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    dataset: str
    run_id: str
    files: tuple[ManifestFile, ...]
