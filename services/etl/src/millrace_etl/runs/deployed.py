"""What was deployed for the dataset, and what the run has to process."""

from __future__ import annotations

from datetime import UTC, datetime, time

from pydantic import ValidationError

from millrace_contracts import Dataset, LandingKey, Manifest, ManifestFile, SpecKey
from millrace_etl.errors import ManifestInvalid, ObjectMissing, SpecInvalid
from millrace_etl.ports import ObjectStore
from millrace_etl.work import Transform


def read_spec(store: ObjectStore, bucket: str, dataset: str) -> Dataset:
    """The deployed dataset spec. Raises ObjectMissing, SpecInvalid."""
    key = str(SpecKey(dataset, "dataset.json"))
    try:
        return Dataset.model_validate_json(store.get(bucket, key))
    except ValidationError as exc:
        raise SpecInvalid(f"{key}: {_told(exc)}") from exc


def read_transform(store: ObjectStore, bucket: str, dataset: str) -> Transform | None:
    """The deployed transform; None when the dataset has none. Raises SpecInvalid."""
    found = []
    for file in ("transform.sql", "transform.py"):
        try:
            text = store.get(bucket, str(SpecKey(dataset, file))).decode("utf-8")
        except ObjectMissing:
            continue
        found.append(Transform(file, text))
    if len(found) > 1:
        raise SpecInvalid(f"{dataset} has both transform.sql and transform.py; one is allowed")
    return found[0] if found else None


def read_manifest(store: ObjectStore, bucket: str, key: str, dataset: str) -> Manifest:
    """The run's manifest. Raises ObjectMissing, ManifestInvalid."""
    try:
        manifest = Manifest.model_validate_json(store.get(bucket, key))
    except ValidationError as exc:
        raise ManifestInvalid(f"{key}: {_told(exc)}") from exc
    if manifest.dataset != dataset:
        raise ManifestInvalid(f"{key} is of dataset {manifest.dataset!r}, not {dataset!r}")
    return manifest


def read_landed(store: ObjectStore, bucket: str, key: str) -> ManifestFile:
    """A landed file as a manifest would name it. Raises ObjectMissing."""
    found = [stored for stored in store.list(bucket, key) if stored.key == key]
    if not found:
        raise ObjectMissing(f"s3://{bucket}/{key}")
    # Its content is what it was: a landed file is never written again.
    landed_at = datetime.combine(LandingKey.parse(key).ingest_date, time(), UTC)
    return ManifestFile(
        bucket=bucket,
        key=key,
        size_bytes=found[0].size_bytes,
        sha256="",
        source=key,
        landed_at=landed_at,
    )


def _told(exc: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()
    )
