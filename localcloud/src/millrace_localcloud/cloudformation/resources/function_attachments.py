"""AWS::Lambda: permissions, versions, aliases, event source mappings and invoke configurations."""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


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
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:{answer['Version']}"
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
