"""Requests of the CloudFormation API, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlparse

from botocore.exceptions import ClientError

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.cloudformation.errors import ValidationError
from millrace_localcloud.cloudformation.stack import Options
from millrace_localcloud.cloudformation.template import MAX_BODY_BYTES, MAX_OBJECT_BYTES

_ON_FAILURE = ("DO_NOTHING", "ROLLBACK", "DELETE")


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """What CreateStack, UpdateStack and CreateChangeSet have in common."""

    template_text: str | None
    """None: the stack's present one."""
    parameters: Mapping[str, str | None]
    """None: the present value."""
    tags: Mapping[str, str] | None
    options: Options


def read_deploy_request(cloud: Cloud, params: Mapping[str, Any]) -> DeployRequest:
    """Read the part that deploying requests share. Raises ValidationError."""
    return DeployRequest(
        template_text=_template_text(cloud, params),
        parameters={
            one["ParameterKey"]: None
            if one.get("UsePreviousValue")
            else str(one.get("ParameterValue", ""))
            for one in params.get("Parameters") or ()
        },
        tags=None
        if params.get("Tags") is None
        else {tag["Key"]: tag["Value"] for tag in params["Tags"]},
        options=Options(
            on_failure=_on_failure(params),
            timeout_minutes=params.get("TimeoutInMinutes"),
            role_arn=params.get("RoleARN"),
            capabilities=tuple(params.get("Capabilities") or ()),
        ),
    )


def refuse_unapplied(params: Mapping[str, Any], accepted: frozenset[str]) -> None:
    """Raise ValidationError for parameters that would be ignored."""
    ignored = sorted(
        name
        for name, value in params.items()
        if name not in accepted and value not in (None, [], {}, "", False)
    )
    if ignored:
        raise ValidationError(f"the local cloud does not apply [{', '.join(ignored)}]")


def check_stack_name(name: Any) -> str:
    """The stack name, when CloudFormation would take it."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][-A-Za-z0-9]{0,127}", name):
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
    return name


def required_template(cloud: Cloud, params: Mapping[str, Any]) -> str:
    """The template text of a request that must have one."""
    text = _template_text(cloud, params)
    if text is None:
        raise ValidationError("Either Template URL or Template Body must be specified.")
    return text


def _on_failure(params: Mapping[str, Any]) -> str:
    disabled, asked = params.get("DisableRollback"), params.get("OnFailure")
    if asked is not None and disabled is not None:
        raise ValidationError("You can specify either DisableRollback or OnFailure, but not both.")
    if asked is None:
        return "DO_NOTHING" if disabled else "ROLLBACK"
    if asked not in _ON_FAILURE:
        raise ValidationError(f"OnFailure must be one of {', '.join(_ON_FAILURE)}")
    return str(asked)


def _template_text(cloud: Cloud, params: Mapping[str, Any]) -> str | None:
    body, url = params.get("TemplateBody"), params.get("TemplateURL")
    if body and url:
        raise ValidationError("You cannot specify both Template URL and Template Body.")
    if (body or url) and params.get("UsePreviousTemplate"):
        raise ValidationError(
            "You cannot specify both usePreviousTemplate and Template Body/Template URL."
        )
    if url:
        return read_template_object(cloud, url)
    if body and len(body.encode()) > MAX_BODY_BYTES:
        raise ValidationError(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_BODY_BYTES}"
        )
    return body or None


def read_template_object(cloud: Cloud, url: str) -> str:
    """The template at an S3 URL: virtual-hosted, path style, or one of this cloud."""
    parsed = urlparse(url)
    hosted = re.match(r"(?P<bucket>.+)\.s3[.-]", parsed.netloc)
    path = unquote(parsed.path.lstrip("/"))
    bucket, _, key = (hosted["bucket"], "", path) if hosted else path.partition("/")
    if parsed.scheme not in ("http", "https") or not bucket:
        raise ValidationError("TemplateURL must be a supported URL.")
    try:
        body = cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as exc:
        raise ValidationError(f"S3 error: {exc.response['Error']['Message']}") from exc
    if len(body) > MAX_OBJECT_BYTES:
        raise ValidationError(f"Template may not exceed {MAX_OBJECT_BYTES} bytes in size.")
    return str(body.decode())
