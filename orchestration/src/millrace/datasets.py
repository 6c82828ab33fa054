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
    s3 = aws.client("s3")
    try:
        body = s3.get_object(
            Bucket=aws.bucket("artifacts"), Key=str(SpecKey(dataset, "dataset.json"))
        )["Body"].read()
    except s3.exceptions.NoSuchKey as exc:
        known = ", ".join(published_datasets(aws)) or "none"
        raise DatasetUnknown(f"no dataset {dataset!r} is published; known: {known}") from exc
    return Dataset.model_validate(json.loads(body))
