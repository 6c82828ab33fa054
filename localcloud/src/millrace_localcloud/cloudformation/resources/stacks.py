"""AWS::CloudFormation: nested stacks and wait condition handles."""

from __future__ import annotations

import time
from typing import Any

from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_POLL_S = 0.02


def _create(request: Request) -> Made:
    stack_id = request.client("cloudformation").create_stack(
        StackName=request.name, **_given(request), **request.pick("TimeoutInMinutes")
    )["StackId"]
    request.began(stack_id)
    return _settled(request, stack_id, "CREATE_COMPLETE", "created")


def _update(request: Request) -> Made:
    try:
        request.client("cloudformation").update_stack(
            StackName=request.physical_id, **_given(request)
        )
    except request.client("cloudformation").exceptions.ClientError as exc:
        if "No updates are to be performed" not in str(exc):
            raise
        return _made(request, request.physical_id)
    return _settled(request, request.physical_id, "UPDATE_COMPLETE", "updated")


def _delete(request: Request) -> None:
    request.client("cloudformation").delete_stack(StackName=request.physical_id)
    stack = _wait(request, request.physical_id)
    if stack["StackStatus"] != "DELETE_COMPLETE":
        raise ResourceFailed(
            f"Embedded stack {request.physical_id} was not successfully deleted: "
            f"{stack.get('StackStatusReason', '')}"
        )


def _given(request: Request) -> dict[str, Any]:
    parameters = [
        {"ParameterKey": key, "ParameterValue": _text(value)}
        for key, value in request.properties.get("Parameters", {}).items()
    ]
    # The capabilities were acknowledged for the whole tree with the outermost stack.
    return {
        "TemplateURL": request.properties["TemplateURL"],
        "Parameters": parameters,
        "Tags": request.properties.get("Tags", []),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _settled(request: Request, stack_id: str, wanted: str, verb: str) -> Made:
    stack = _wait(request, stack_id)
    if stack["StackStatus"] != wanted:
        raise ResourceFailed(
            f"Embedded stack {stack_id} was not successfully {verb}: "
            f"{stack.get('StackStatusReason', '')}"
        )
    return _made(request, stack_id)


def _made(request: Request, stack_id: str) -> Made:
    stack = request.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]
    outputs = stack.get("Outputs", ())
    return Made(stack_id, {f"Outputs.{one['OutputKey']}": one["OutputValue"] for one in outputs})


def _wait(request: Request, stack_id: str) -> dict[str, Any]:
    client = request.client("cloudformation")
    while True:
        stack: dict[str, Any] = client.describe_stacks(StackName=stack_id)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(_POLL_S)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::CloudFormation::Stack",
        applies=frozenset({"Parameters", "Tags", "TemplateURL", "TimeoutInMinutes"}),
        create=_create,
        update=_update,
        delete=_delete,
        max_name=128,
        supports_attribute=lambda name: name.startswith("Outputs."),
    ),
    ResourceType(
        "AWS::CloudFormation::WaitConditionHandle",
        applies=frozenset(),
        create=lambda request: Made(request.name),
        delete=lambda _request: None,
    ),
)
