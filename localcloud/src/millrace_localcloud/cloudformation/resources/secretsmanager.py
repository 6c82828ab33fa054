"""AWS::SecretsManager: secrets."""

from __future__ import annotations

import json

from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType


def _create(request: Request) -> Made:
    given = request.pick("Description", "KmsKeyId", "Tags")
    secret = _secret(request)
    if secret is not None:
        given["SecretString"] = secret
    answer = request.client("secretsmanager").create_secret(Name=request.name, **given)
    return Made(answer["ARN"], {"Id": answer["ARN"]})


def _update(request: Request) -> Made:
    client = request.client("secretsmanager")
    given = request.pick("Description", "KmsKeyId")
    if request.changed("SecretString") or request.changed("GenerateSecretString"):
        secret = _secret(request)
        if secret is not None:
            given["SecretString"] = secret
    client.update_secret(SecretId=request.physical_id, **given)
    if request.changed("Tags"):
        old = [tag["Key"] for tag in request.before.get("Tags", ())]
        client.untag_resource(SecretId=request.physical_id, TagKeys=old)
        client.tag_resource(SecretId=request.physical_id, Tags=request.properties.get("Tags", []))
    return Made(request.physical_id, {"Id": request.physical_id})


def _secret(request: Request) -> str | None:
    if "GenerateSecretString" not in request.properties:
        secret: str | None = request.properties.get("SecretString")
        return secret
    if "SecretString" in request.properties:
        raise ResourceFailed("You can't specify both SecretString and GenerateSecretString.")
    rules = dict(request.properties["GenerateSecretString"])
    template = rules.pop("SecretStringTemplate", None)
    key = rules.pop("GenerateStringKey", None)
    client = request.client("secretsmanager")
    password: str = client.get_random_password(**rules)["RandomPassword"]
    return password if template is None else json.dumps({**json.loads(template), key: password})


def _delete(request: Request) -> None:
    request.client("secretsmanager").delete_secret(
        SecretId=request.physical_id, ForceDeleteWithoutRecovery=True
    )


RESOURCE_TYPES = (
    ResourceType(
        "AWS::SecretsManager::Secret",
        applies=frozenset(
            {"Description", "GenerateSecretString", "KmsKeyId", "Name", "SecretString", "Tags"}
        ),
        create=_create,
        update=_update,
        delete=_delete,
        attributes=frozenset({"Id"}),
        name_property="Name",
    ),
)
