"""AWS::Lambda: functions."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_CONFIGURATION = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "ImageConfig",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)
_INLINE_NAMES = {"python": "index.py", "nodejs": "index.js"}


def _create_function(request: Request) -> Made:
    client = request.client("lambda")
    given = request.pick("Architectures", "PackageType", *_CONFIGURATION)
    if "ImageUri" in request.properties["Code"]:
        given.setdefault("PackageType", "Image")
    if "KmsKeyArn" in request.properties:
        given["KMSKeyArn"] = request.properties["KmsKeyArn"]
    client.create_function(
        FunctionName=request.name, Code=_code(request), Tags=request.tags(), **given
    )
    request.began(request.name)
    _apply_concurrency(request)
    return _made(request.name)


def _update_function(request: Request) -> Made:
    client, name = request.client("lambda"), request.physical_id
    if request.changed("Code") or request.changed("Architectures"):
        client.update_function_code(
            FunctionName=name, **_code(request), **request.pick("Architectures")
        )
    if any(request.changed(one) for one in (*_CONFIGURATION, "KmsKeyArn")):
        given = {**_unset(request), **request.pick(*_CONFIGURATION)}
        if "KmsKeyArn" in request.properties:
            given["KMSKeyArn"] = request.properties["KmsKeyArn"]
        client.update_function_configuration(FunctionName=name, **given)
    _apply_concurrency(request)
    made = _made(name)
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        client.untag_resource(Resource=made.attributes["Arn"], TagKeys=old)
        client.tag_resource(Resource=made.attributes["Arn"], Tags=request.tags())
    return made


def _unset(request: Request) -> dict[str, Any]:
    """Defaults of what is no longer given; "CreateFunction" in the Lambda API reference."""
    defaults: dict[str, Any] = {
        "Description": "",
        "Environment": {"Variables": {}},
        "EphemeralStorage": {"Size": 512},
        "ImageConfig": {},
        "Layers": [],
        "MemorySize": 128,
        "Timeout": 3,
        "TracingConfig": {"Mode": "PassThrough"},
    }
    return {
        name: value
        for name, value in defaults.items()
        if name in request.before and name not in request.properties
    }


def _apply_concurrency(request: Request) -> None:
    if not request.changed("ReservedConcurrentExecutions"):
        return
    client, reserved = (
        request.client("lambda"),
        request.properties.get("ReservedConcurrentExecutions"),
    )
    if reserved is None:
        client.delete_function_concurrency(FunctionName=request.name)
    else:
        client.put_function_concurrency(
            FunctionName=request.name, ReservedConcurrentExecutions=reserved
        )


def _code(request: Request) -> dict[str, Any]:
    code = dict(request.properties["Code"])
    if "ZipFile" in code:
        runtime = str(request.properties.get("Runtime", ""))
        name = next((n for start, n in _INLINE_NAMES.items() if runtime.startswith(start)), None)
        if name is None:
            raise ResourceFailed(
                f"ZipFile can only be used with Python and Node.js, not {runtime!r}"
            )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, code["ZipFile"])
        code["ZipFile"] = packed.getvalue()
    return code


def _made(name: str) -> Made:
    return Made(name, {"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"})


def _delete_function(request: Request) -> None:
    request.client("lambda").delete_function(FunctionName=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::Lambda::Function",
        applies=frozenset(
            {
                "Architectures",
                "Code",
                "FunctionName",
                "KmsKeyArn",
                "PackageType",
                "ReservedConcurrentExecutions",
                "Tags",
                *_CONFIGURATION,
            }
        ),
        create=_create_function,
        update=_update_function,
        delete=_delete_function,
        attributes=frozenset({"Arn"}),
        name_property="FunctionName",
        max_name=64,
    ),
)
