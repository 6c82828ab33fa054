"""Trained models as versions in SageMaker's model registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace.aws import Aws
from millrace_contracts import ModelKey


def model_group(environment: str, dataset: str) -> str:
    """A dataset's model package group; the dataset's own stack makes it."""
    return f"millrace-{environment}-{dataset.replace('_', '-')}"


def register_model(aws: Aws, card: Mapping[str, Any], *, approved: bool) -> str:
    """Register a model with what its card says of it; answers the package's ARN.

    Args:
        aws: Where.
        card: The model's card.
        approved: Whether it predicts; else it waits for somebody to promote it.
    """
    dataset, version = str(card["dataset"]), str(card["version"])
    url = f"s3://{aws.bucket('artifacts')}/{ModelKey(dataset, version)}"
    made = aws.client("sagemaker").create_model_package(
        ModelPackageGroupName=model_group(aws.environment, dataset),
        ModelPackageDescription=f"{dataset} {version}: {card['model']}",
        ModelApprovalStatus="Approved" if approved else "PendingManualApproval",
        InferenceSpecification={
            "Containers": [{"Image": aws.parameter("forecast/image-uri"), "ModelDataUrl": url}],
            "SupportedContentTypes": ["application/x-parquet"],
            "SupportedResponseMIMETypes": ["application/x-parquet"],
        },
        CustomerMetadataProperties=_described(card),
    )
    return str(made["ModelPackageArn"])


def _described(card: Mapping[str, Any]) -> dict[str, str]:
    """What the registry shows of a card: all values are text there."""
    naive = card["mase"].get("seasonal_naive")
    return {
        "version": str(card["version"]),
        "dataset": str(card["dataset"]),
        "weights": ", ".join(f"{name} {share:g}" for name, share in card["weights"].items()),
        "mase": "" if card["mase_chosen"] is None else f"{card['mase_chosen']:.4f}",
        "naive_mase": "" if naive is None else f"{naive:.4f}",
        "series": str(card["series"]),
        "first_day": str(card["first_day"]),
        "last_day": str(card["last_day"]),
    }
