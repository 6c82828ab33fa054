"""AWS::Lambda: functions and what hangs on them."""

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


def _create_permission(request: Request) -> Made:
    request.client("lambda").add_permission(
        StatementId=request.name,
        **request.pick(
            "FunctionName",
            "Action",
            "Principal",
            "SourceArn",
            "SourceAccount",
            "EventSourceToken",
            "PrincipalOrgID",
        ),
    )
    return Made(request.name, {"Id": request.name})


def _delete_permission(request: Request) -> None:
    request.client("lambda").remove_permission(
        FunctionName=request.properties["FunctionName"], StatementId=request.physical_id
    )


def _create_version(request: Request) -> Made:
    answer = request.client("lambda").publish_version(
        **request.pick("FunctionName", "Description", "CodeSha256")
    )
    name = request.properties["FunctionName"].rsplit(":", 1)[-1]
    arn = f"{_made(name).attributes['Arn']}:{answer['Version']}"
    return Made(arn, {"Version": answer["Version"], "FunctionArn": arn})


def _delete_version(request: Request) -> None:
    function, version = request.physical_id.rsplit(":", 1)
    request.client("lambda").delete_function(FunctionName=function, Qualifier=version)


_ALIAS = ("Description", "FunctionName", "FunctionVersion", "Name")


def _create_alias(request: Request) -> Made:
    answer = request.client("lambda").create_alias(**request.pick(*_ALIAS))
    return Made(answer["AliasArn"], {"AliasArn": answer["AliasArn"]})


def _update_alias(request: Request) -> Made:
    request.client("lambda").update_alias(**request.pick(*_ALIAS))
    return Made(request.physical_id, {"AliasArn": request.physical_id})


def _delete_alias(request: Request) -> None:
    request.client("lambda").delete_alias(
        **{name: request.properties[name] for name in ("FunctionName", "Name")}
    )


_MAPPING_UPDATABLE = (
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "TumblingWindowInSeconds",
)
_MAPPING = ("EventSourceArn", "StartingPosition", *_MAPPING_UPDATABLE)


def _create_mapping(request: Request) -> Made:
    answer = request.client("lambda").create_event_source_mapping(**request.pick(*_MAPPING))
    return _made_mapping(answer["UUID"])


def _update_mapping(request: Request) -> Made:
    request.client("lambda").update_event_source_mapping(
        UUID=request.physical_id, **request.pick(*_MAPPING_UPDATABLE)
    )
    return _made_mapping(request.physical_id)


def _made_mapping(uuid: str) -> Made:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}"
    return Made(uuid, {"Id": uuid, "EventSourceMappingArn": arn})


def _delete_mapping(request: Request) -> None:
    request.client("lambda").delete_event_source_mapping(UUID=request.physical_id)


_INVOKE_CONFIG = (
    "DestinationConfig",
    "FunctionName",
    "MaximumEventAgeInSeconds",
    "MaximumRetryAttempts",
    "Qualifier",
)


def _put_invoke_config(request: Request) -> Made:
    request.client("lambda").put_function_event_invoke_config(**request.pick(*_INVOKE_CONFIG))
    return Made(request.physical_id or request.name)


def _delete_invoke_config(request: Request) -> None:
    request.client("lambda").delete_function_event_invoke_config(
        **{name: request.properties[name] for name in ("FunctionName", "Qualifier")}
    )


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
    ResourceType(
        "AWS::Lambda::Permission",
        applies=frozenset(
            {
                "Action",
                "EventSourceToken",
                "FunctionName",
                "Principal",
                "PrincipalOrgID",
                "SourceAccount",
                "SourceArn",
            }
        ),
        create=_create_permission,
        delete=_delete_permission,
        attributes=frozenset({"Id"}),
        max_name=100,
    ),
    ResourceType(
        "AWS::Lambda::Version",
        applies=frozenset({"CodeSha256", "Description", "FunctionName"}),
        create=_create_version,
        delete=_delete_version,
        attributes=frozenset({"FunctionArn", "Version"}),
    ),
    ResourceType(
        "AWS::Lambda::Alias",
        applies=frozenset(_ALIAS),
        create=_create_alias,
        update=_update_alias,
        delete=_delete_alias,
        attributes=frozenset({"AliasArn"}),
    ),
    ResourceType(
        "AWS::Lambda::EventSourceMapping",
        applies=frozenset(_MAPPING),
        create=_create_mapping,
        update=_update_mapping,
        delete=_delete_mapping,
        attributes=frozenset({"EventSourceMappingArn", "Id"}),
    ),
    ResourceType(
        "AWS::Lambda::EventInvokeConfig",
        applies=frozenset(_INVOKE_CONFIG),
        create=_put_invoke_config,
        update=_put_invoke_config,
        delete=_delete_invoke_config,
    ),
)
