"""Which model package group a dataset's stack is to make."""

from __future__ import annotations

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.registering import model_group

_MODELS = "Models"
"""Logical name of the group in the dataset's template."""


def group_to_make(aws: Aws, stack: str, dataset: str) -> str:
    """The group's name, or nothing where one is there that is not the stack's own.

    A group outlives its stack, because its versions tell which model made which forecast;
    CloudFormation refuses to make what exists. The models of a dataset that is deployed again
    become versions of the group that it had.

    Args:
        aws: Where.
        stack: The dataset's stack, deployed or not.
        dataset: The dataset; it declares a forecast.
    """
    group = model_group(aws.environment, dataset)
    return group if _owns(aws, stack) or not _exists(aws, group) else ""


def _owns(aws: Aws, stack: str) -> bool:
    try:
        found = aws.client("cloudformation").describe_stack_resource(
            StackName=stack, LogicalResourceId=_MODELS
        )["StackResourceDetail"]
    except ClientError as exc:
        # Neither a stack nor a resource that does not exist has an error code of its own.
        if "does not exist" in exc.response["Error"]["Message"]:
            return False
        raise
    return str(found["ResourceStatus"]) in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def _exists(aws: Aws, group: str) -> bool:
    try:
        aws.client("sagemaker").describe_model_package_group(ModelPackageGroupName=group)
    except ClientError as exc:
        if "does not exist" in exc.response["Error"]["Message"]:
            return False
        raise
    return True
