"""Let events start no runs of a dataset for a while."""

from __future__ import annotations

from millrace.aws import Aws
from millrace.datasets import published_spec


def pause(aws: Aws, dataset: str, reason: str) -> None:
    """Events start no runs of the dataset from now on. Raises DatasetUnknown."""
    published_spec(aws, dataset)
    aws.client("ssm").put_parameter(
        Name=_name(aws, dataset), Type="String", Value=reason or "paused", Overwrite=True
    )


def resume(aws: Aws, dataset: str) -> bool:
    """Events start runs again; says whether they did not before. Raises DatasetUnknown."""
    published_spec(aws, dataset)
    ssm = aws.client("ssm")
    try:
        ssm.delete_parameter(Name=_name(aws, dataset))
    except ssm.exceptions.ParameterNotFound:
        return False
    return True


def paused_because(aws: Aws, dataset: str) -> str | None:
    """Why the dataset is paused; None when it is not."""
    ssm = aws.client("ssm")
    try:
        return str(ssm.get_parameter(Name=_name(aws, dataset))["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return None


def _name(aws: Aws, dataset: str) -> str:
    return f"/millrace/{aws.environment}/paused/{dataset}"
