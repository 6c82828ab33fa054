"""What was deployed for the dataset, and what the run has to process."""

from __future__ import annotations

from pydantic import ValidationError

from millrace_contracts import Dataset, Manifest, SpecKey
from millrace_etl.errors import ManifestInvalid, ObjectMissing, SpecInvalid
from millrace_etl.ports import ObjectStore


def read_spec(store: ObjectStore, bucket: str, dataset: str) -> Dataset:
    """The deployed dataset spec. Raises ObjectMissing, SpecInvalid."""
    key = str(SpecKey(dataset, "dataset.json"))
    try:
        return Dataset.model_validate_json(store.get(bucket, key))
    except ValidationError as exc:
        raise SpecInvalid(f"{key}: {_told(exc)}") from exc


def read_transform(store: ObjectStore, bucket: str, dataset: str) -> str | None:
    """Text of ``transform.sql``; None when the dataset has none."""
    try:
        return store.get(bucket, str(SpecKey(dataset, "transform.sql"))).decode("utf-8")
    except ObjectMissing:
        return None


def read_manifest(store: ObjectStore, bucket: str, key: str, dataset: str) -> Manifest:
    """The run's manifest. Raises ObjectMissing, ManifestInvalid."""
    try:
        manifest = Manifest.model_validate_json(store.get(bucket, key))
    except ValidationError as exc:
        raise ManifestInvalid(f"{key}: {_told(exc)}") from exc
    if manifest.dataset != dataset:
        raise ManifestInvalid(f"{key} is of dataset {manifest.dataset!r}, not {dataset!r}")
    return manifest


def _told(exc: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()
    )
