"""AWS::SageMaker: models and model package groups."""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_MODEL = (
    "Containers",
    "EnableNetworkIsolation",
    "ExecutionRoleArn",
    "PrimaryContainer",
    "Tags",
    "VpcConfig",
)


def _create_model(request: Request) -> Made:
    arn = request.client("sagemaker").create_model(ModelName=request.name, **request.pick(*_MODEL))[
        "ModelArn"
    ]
    return Made(arn, {"ModelArn": arn, "ModelName": request.name})


def _delete_model(request: Request) -> None:
    request.client("sagemaker").delete_model(ModelName=request.name)


def _create_group(request: Request) -> Made:
    arn = request.client("sagemaker").create_model_package_group(
        ModelPackageGroupName=request.name,
        **request.pick("ModelPackageGroupDescription", "Tags"),
    )["ModelPackageGroupArn"]
    return Made(arn, {"ModelPackageGroupArn": arn})


def _delete_group(request: Request) -> None:
    # moto keeps the groups and has no call that deletes them.
    from moto.sagemaker.models import sagemaker_backends

    sagemaker_backends[ACCOUNT][REGION].model_package_groups.pop(request.name, None)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::SageMaker::Model",
        applies=frozenset({"ModelName", *_MODEL}),
        create=_create_model,
        delete=_delete_model,
        attributes=frozenset({"ModelArn", "ModelName"}),
        name_property="ModelName",
        max_name=63,
    ),
    ResourceType(
        "AWS::SageMaker::ModelPackageGroup",
        applies=frozenset({"ModelPackageGroupDescription", "ModelPackageGroupName", "Tags"}),
        create=_create_group,
        delete=_delete_group,
        attributes=frozenset({"ModelPackageGroupArn"}),
        name_property="ModelPackageGroupName",
        max_name=63,
    ),
)
