"""AWS::StepFunctions: state machines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


def _create(request: Request) -> Made:
    arn = request.client("stepfunctions").create_state_machine(
        name=request.name,
        definition=_definition(request),
        roleArn=request.properties["RoleArn"],
        type=request.properties.get("StateMachineType", "STANDARD"),
        tags=[{"key": key, "value": value} for key, value in request.tags().items()],
        **_settings(request),
    )["stateMachineArn"]
    return _made(request, arn, "INITIAL")


def _update(request: Request) -> Made:
    client, arn = request.client("stepfunctions"), request.physical_id
    answer = client.update_state_machine(
        stateMachineArn=arn,
        definition=_definition(request),
        roleArn=request.properties["RoleArn"],
        **_settings(request),
    )
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        client.untag_resource(resourceArn=arn, tagKeys=old)
        tags = [{"key": key, "value": value} for key, value in request.tags().items()]
        client.tag_resource(resourceArn=arn, tags=tags)
    return _made(request, arn, answer.get("revisionId", "INITIAL"))


def _made(request: Request, arn: str, revision: str) -> Made:
    return Made(arn, {"Arn": arn, "Name": request.name, "StateMachineRevisionId": revision})


def _definition(request: Request) -> str:
    given = request.pick("Definition", "DefinitionString", "DefinitionS3Location")
    if len(given) != 1:
        raise ResourceFailed(
            "Exactly one of Definition, DefinitionString and DefinitionS3Location is needed"
        )
    text = _definition_text(request, given)
    substitutions = request.properties.get("DefinitionSubstitutions", {})
    return _SUBSTITUTION.sub(lambda match: _substitute(match, substitutions), text)


def _definition_text(request: Request, given: Mapping[str, Any]) -> str:
    if "DefinitionString" in given:
        return str(given["DefinitionString"])
    if "Definition" in given:
        return json.dumps(given["Definition"])
    where = given["DefinitionS3Location"]
    version = {"VersionId": where["Version"]} if "Version" in where else {}
    answer = request.client("s3").get_object(Bucket=where["Bucket"], Key=where["Key"], **version)
    return str(answer["Body"].read().decode())


def _substitute(match: re.Match[str], substitutions: Mapping[str, Any]) -> str:
    if match[1] not in substitutions:
        return match[0]
    value = substitutions[match[1]]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # The variable stands inside a JSON document, mostly inside a string of it.
    return json.dumps(text)[1:-1]


def _settings(request: Request) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    logging = request.properties.get("LoggingConfiguration")
    if logging is not None:
        settings["loggingConfiguration"] = {
            "level": logging.get("Level", "OFF"),
            "includeExecutionData": logging.get("IncludeExecutionData", False),
            "destinations": [
                {
                    "cloudWatchLogsLogGroup": {
                        "logGroupArn": one["CloudWatchLogsLogGroup"]["LogGroupArn"]
                    }
                }
                for one in logging.get("Destinations", ())
            ],
        }
    if "TracingConfiguration" in request.properties:
        enabled = request.properties["TracingConfiguration"].get("Enabled", False)
        settings["tracingConfiguration"] = {"enabled": enabled}
    return settings


def _delete(request: Request) -> None:
    request.client("stepfunctions").delete_state_machine(stateMachineArn=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::StepFunctions::StateMachine",
        applies=frozenset(
            {
                "Definition",
                "DefinitionS3Location",
                "DefinitionString",
                "DefinitionSubstitutions",
                "LoggingConfiguration",
                "RoleArn",
                "StateMachineName",
                "StateMachineType",
                "Tags",
                "TracingConfiguration",
            }
        ),
        create=_create,
        update=_update,
        delete=_delete,
        attributes=frozenset({"Arn", "Name", "StateMachineRevisionId"}),
        name_property="StateMachineName",
        max_name=80,
    ),
)
