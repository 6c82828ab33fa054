"""Datasets that a deployment knows."""

from __future__ import annotations

import json

from millrace.aws import Aws
from millrace.errors import DatasetUnknown
from millrace_contracts import Dataset, SpecKey

_PREFIX = "datasets/"


def published_datasets(aws: Aws) -> list[str]:
    """Names of the datasets that were published, sorted."""
    pages = aws.client("s3").get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=aws.bucket("artifacts"), Prefix=_PREFIX, Delimiter="/")
    return sorted(
        entry["Prefix"].removeprefix(_PREFIX).rstrip("/")
        for page in found
        for entry in page.get("CommonPrefixes", [])
    )


def published_spec(aws: Aws, dataset: str) -> Dataset:
    """A dataset's spec as it was published. Raises DatasetUnknown."""
    text = _published(aws, dataset, "dataset.json")
    if text is None:
        known = ", ".join(published_datasets(aws)) or "none"
        raise DatasetUnknown(f"no dataset {dataset!r} is published; known: {known}")
    return Dataset.model_validate(json.loads(text))


def published_query(aws: Aws, dataset: str) -> str | None:
    """The query that a dataset's transform is, as it was published; None when it has none."""
    return _published(aws, dataset, "transform.sql")


def has_table(aws: Aws, dataset: str) -> bool:
    """Whether a dataset's refined table is in the catalog."""
    glue = aws.client("glue")
    try:
        glue.get_table(DatabaseName="refined", Name=dataset)
    except glue.exceptions.EntityNotFoundException:
        return False
    return True


def _published(aws: Aws, dataset: str, file: str) -> str | None:
    s3 = aws.client("s3")
    try:
        found = s3.get_object(Bucket=aws.bucket("artifacts"), Key=str(SpecKey(dataset, file)))
    except s3.exceptions.NoSuchKey:
        return None
    return str(found["Body"].read().decode())
