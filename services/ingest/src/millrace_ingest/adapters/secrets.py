"""Secrets in Secrets Manager and SSM."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from millrace_ingest.adapters.aws_errors import aws_errors, error_code
from millrace_ingest.errors import SecretMissing
from millrace_ingest.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient

_MISSING = frozenset({"ResourceNotFoundException", "ParameterNotFound"})
_SSM = "ssm:"


class AwsSecrets:
    """Secrets by name: ``millrace/ftp`` in Secrets Manager, ``ssm:/millrace/secrets/ftp`` in SSM.

    A value is a JSON object of texts. Nothing is cached, so a rotated password counts at once.
    """

    def __init__(
        self,
        manager: Callable[[], SecretsManagerClient],
        parameters: Callable[[], SSMClient],
    ) -> None:
        """Take what builds the clients: each costs memory that only its own secrets need."""
        self._manager = manager
        self._parameters = parameters

    def get(self, name: str) -> Secret:
        with aws_errors():
            try:
                if name.startswith(_SSM):
                    parameter = name.removeprefix(_SSM)
                    answer = self._parameters().get_parameter(Name=parameter, WithDecryption=True)
                    return Secret.parse(name, answer["Parameter"]["Value"])
                return Secret.parse(
                    name, self._manager().get_secret_value(SecretId=name)["SecretString"]
                )
            except ClientError as exc:
                if error_code(exc) in _MISSING:
                    raise SecretMissing(f"there is no secret {name}") from exc
                raise
