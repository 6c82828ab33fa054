"""The actions that a Task may name: optimised ones, and those of the AWS SDK."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

OPTIMISED = {
    "lambda": {"invoke": {"", "waitForTaskToken"}},
    "sns": {"publish": {"", "waitForTaskToken"}},
    "sqs": {"sendMessage": {"", "waitForTaskToken"}},
    "events": {"putEvents": {"", "waitForTaskToken"}},
    "dynamodb": {name: {""} for name in ("getItem", "putItem", "updateItem", "deleteItem")},
    "states": {"startExecution": {"", "sync", "sync:2", "waitForTaskToken"}},
    "glue": {"startJobRun": {"", "sync"}},
    "athena": {
        "startQueryExecution": {"", "sync"},
        "stopQueryExecution": {""},
        "getQueryExecution": {""},
        "getQueryResults": {""},
    },
    "sagemaker": {
        "createProcessingJob": {"", "sync"},
        "createTrainingJob": {"", "sync"},
        "createTransformJob": {"", "sync"},
        "createModel": {""},
        "createEndpoint": {""},
        "createEndpointConfig": {""},
        "updateEndpoint": {""},
    },
}
"""Service, action and integration patterns that this interpreter runs.

Source: Step Functions Developer Guide, "Integrating optimized services".
"""

_RENAMED = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "elasticloadbalancingv2": "elbv2",
}
"""Services whose Java SDK name, which aws-sdk ARNs use, is not boto3's name in lower case."""

_RESOURCE = re.compile(r"arn:aws[\w-]*:states:[^:]*:[^:]*:([\w-]+):([\w:]+?)(?:\.([\w:]+))?$")

_FUNCTION = re.compile(r"arn:aws[\w-]*:lambda:[^:]*:\d{12}:function:.+")


def why_unknown(resource: Any) -> str | None:
    """Why a Task cannot use ``resource``; None when it can."""
    if not isinstance(resource, str):
        return "A Task needs a Resource"
    if _FUNCTION.match(resource):
        return None
    refused = f"The resource provided {resource} is not recognized."
    match = _RESOURCE.match(resource)
    if match is None:
        return f"{refused} The value is not a valid resource ARN."
    service, action, pattern = match.group(1), match.group(2), match.group(3) or ""
    if service == "aws-sdk":
        return _why_unknown_sdk(action, pattern, refused)
    if service not in OPTIMISED:
        return f"{refused} The local cloud has no optimised integration with {service}."
    if pattern not in OPTIMISED[service].get(action, set()):
        return f"{refused} {service} has no {action} with this integration pattern."
    return None


def boto_service(name: str) -> str:
    """boto3's name of a service that an aws-sdk ARN names; raises KeyError."""
    if name in _RENAMED:
        return _RENAMED[name]
    by_plain_name = {known.replace("-", ""): known for known in _services()}
    return by_plain_name[name]


def boto_method(service: str, action: str) -> str:
    """The boto3 client's method for an action, in whatever case; raises KeyError."""
    return xform_name(operation(service, action))


@cache
def operation(service: str, action: str) -> str:
    """The API's own spelling of an action; raises KeyError."""
    by_lower = {name.lower(): name for name in service_model(service).operation_names}
    return by_lower[action.lower().replace("_", "")]


@cache
def service_model(service: str) -> Any:
    """What botocore knows of a service."""
    return _session().get_service_model(service)


@cache
def error_prefix(service: str) -> str:
    """What an aws-sdk error name begins with: ``DynamoDb``, ``SageMaker``, ``Ssm``.

    The Java SDK's class name of the service, made of the words of its service id.
    """
    words = re.findall(
        r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+", service_model(service).service_id
    )
    return "".join(word[:1].upper() + word[1:].lower() for word in words)


def _why_unknown_sdk(action: str, pattern: str, refused: str) -> str | None:
    service, _, name = action.partition(":")
    if pattern not in ("", "waitForTaskToken"):
        return f"{refused} An aws-sdk integration has no .{pattern}."
    try:
        operation(boto_service(service), name)
    except (KeyError, UnknownServiceError):
        return f"{refused} The AWS SDK has no {service}:{name}."
    return None


@cache
def _services() -> list[str]:
    return list(_session().get_available_services())


@cache
def _session() -> Any:
    return botocore.session.Session()
