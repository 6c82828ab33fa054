"""Register a trained model as a version of its dataset's model package group.

``python -m millrace_forecast.registration`` runs where a person or a pipeline has AWS credentials,
with the extra ``registry`` installed: no image holds it. Registering does not promote: the pipeline
predicts with the version that ``/millrace/<environment>/models/<dataset>/promoted`` names.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from millrace_forecast.archive import CARD, read_card
from millrace_forecast.card import ModelCard

if TYPE_CHECKING:
    from boto3.session import Session


def register_model(
    card: ModelCard, group: str, image_uri: str, model_url: str, session: Session | None = None
) -> str:
    """Make a model package that waits for approval, and its group where there is none.

    Args:
        card: The model's card.
        group: Name of the model package group, as ``millrace-prod-flights``.
        image_uri: The forecast image that trained it.
        model_url: ``s3://…/model.tar.gz``.
        session: Credentials and region; None takes those of the environment.

    Returns:
        The package's ARN. The same version registered again gives the package that it has.
    """
    from boto3.session import Session
    from sagemaker.core.resources import ModelPackage

    _require_group(group, session)
    for package in ModelPackage.get_all(model_package_group_name=group, session=session):
        package.refresh()
        if package.customer_metadata_properties.get("version") == card.version:
            return str(package.model_package_arn)
    # Not ModelPackage.create: sagemaker-core 2.27 looks for a name in the answer, which has an ARN
    # alone (Amazon SageMaker API Reference, CreateModelPackage), and fails when all is done.
    made = (
        (session or Session())
        .client("sagemaker")
        .create_model_package(
            ModelPackageGroupName=group,
            ModelPackageDescription=f"{card.dataset} {card.version}: {card.model}",
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [{"Image": image_uri, "ModelDataUrl": model_url}],
                "SupportedContentTypes": ["application/x-parquet"],
                "SupportedResponseMIMETypes": ["application/x-parquet"],
            },
            CustomerMetadataProperties=describe_card(card),
        )
    )
    return str(made["ModelPackageArn"])


def describe_card(card: ModelCard) -> dict[str, str]:
    """What the registry shows of a card: all values are text there."""
    return {
        "version": card.version,
        "dataset": card.dataset,
        "weights": ", ".join(f"{name} {share:g}" for name, share in card.weights.items()),
        "mase": "" if card.mase_chosen is None else f"{card.mase_chosen:.4f}",
        "naive_mase": f"{card.mase['seasonal_naive']:.4f}" if card.mase else "",
        "series": str(card.series),
        "first_day": card.first_day.isoformat(),
        "last_day": card.last_day.isoformat(),
    }


def _require_group(group: str, session: Session | None) -> None:
    from sagemaker.core.resources import ModelPackageGroup

    existing = ModelPackageGroup.get_all(name_contains=group, session=session)
    if group not in {found.model_package_group_name for found in existing}:
        ModelPackageGroup.create(
            model_package_group_name=group,
            model_package_group_description="Forecast models of one dataset, made by Millrace.",
            session=session,
        )


def main(arguments: list[str]) -> None:
    """Register the model of a card and print the package's ARN."""
    parser = argparse.ArgumentParser(prog="millrace_forecast.registration")
    parser.add_argument("--card", type=Path, required=True, help=f"{CARD} of the model")
    parser.add_argument("--group", required=True, help="name of the model package group")
    parser.add_argument("--image-uri", required=True)
    parser.add_argument("--model-url", required=True, help="s3://…/model.tar.gz")
    options = parser.parse_args(arguments)
    card = read_card({CARD: options.card.read_bytes()})
    arn = register_model(card, options.group, options.image_uri, options.model_url)
    sys.stdout.write(arn + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
