"""AWS::SSM: parameters."""

from __future__ import annotations

from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_GIVEN = ("Type", "Value", "Description", "AllowedPattern", "DataType", "Tier")


def _create(request: Request) -> Made:
    tags = [{"Key": key, "Value": value} for key, value in request.tags().items()]
    request.client("ssm").put_parameter(Name=request.name, Tags=tags, **request.pick(*_GIVEN))
    return _made(request)


def _update(request: Request) -> Made:
    ssm = request.client("ssm")
    ssm.put_parameter(Name=request.name, Overwrite=True, **request.pick(*_GIVEN))
    if request.changed("Tags"):
        which = {"ResourceType": "Parameter", "ResourceId": request.name}
        ssm.remove_tags_from_resource(**which, TagKeys=list(request.before.get("Tags") or {}))
        tags = [{"Key": key, "Value": value} for key, value in request.tags().items()]
        ssm.add_tags_to_resource(**which, Tags=tags)
    return _made(request)


def _made(request: Request) -> Made:
    return Made(request.name, request.pick("Type", "Value"))


def _delete(request: Request) -> None:
    request.client("ssm").delete_parameter(Name=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::SSM::Parameter",
        applies=frozenset({"Name", "Tags", *_GIVEN}),
        create=_create,
        update=_update,
        delete=_delete,
        attributes=frozenset({"Type", "Value"}),
        name_property="Name",
    ),
)
