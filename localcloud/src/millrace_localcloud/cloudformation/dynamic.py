"""Dynamic references: ``{{resolve:ssm:…}}`` and ``{{resolve:secretsmanager:…}}``.

See "Get values stored in other services using dynamic references" in the user guide. They are
replaced only in what is handed to a service, never in what the stack remembers.
"""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.cloudformation.errors import ResourceFailed

_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^{}]+)\}\}")
_SECRET = re.compile(
    r"(?P<id>arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)"
    r"(?::SecretString(?::(?P<key>[^:]*)(?::(?P<stage>[^:]*)(?::(?P<version>[^:]*))?)?)?)?"
)


def resolve_dynamic(cloud: Cloud, value: Any) -> Any:
    """``value`` with every dynamic reference replaced. Raises ResourceFailed."""
    if isinstance(value, dict):
        return {key: resolve_dynamic(cloud, one) for key, one in value.items()}
    if isinstance(value, list):
        return [resolve_dynamic(cloud, one) for one in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return _REFERENCE.sub(lambda match: _read(cloud, match[1], match[2]), value)
    return value


def _read(cloud: Cloud, service: str, argument: str) -> str:
    try:
        if service == "ssm":
            return _read_parameter(cloud, argument)
        if service == "secretsmanager":
            return _read_secret(cloud, argument)
    except ClientError as exc:
        message = exc.response["Error"].get("Message", str(exc))
        raise ResourceFailed(
            f"Could not resolve {{{{resolve:{service}:{argument}}}}}: {message}"
        ) from exc
    raise ResourceFailed(f"Dynamic references to {service} are not resolved by the local cloud")


def _read_parameter(cloud: Cloud, argument: str) -> str:
    found = cloud.client("ssm").get_parameter(Name=argument)["Parameter"]
    if found["Type"] == "SecureString":
        raise ResourceFailed(f"SSM parameter {argument} is a SecureString; ssm cannot resolve it")
    return str(found["Value"])


def _read_secret(cloud: Cloud, argument: str) -> str:
    match = _SECRET.fullmatch(argument)
    if match is None:
        raise ResourceFailed(f"Malformed dynamic reference to secretsmanager: {argument}")
    which = {"VersionStage": match["stage"], "VersionId": match["version"]}
    secret = cloud.client("secretsmanager").get_secret_value(
        SecretId=match["id"], **{name: one for name, one in which.items() if one}
    )["SecretString"]
    if not match["key"]:
        return str(secret)
    try:
        return str(json.loads(secret)[match["key"]])
    except (ValueError, KeyError, TypeError):
        raise ResourceFailed(f"Could not find key {match['key']} in secret {match['id']}") from None
