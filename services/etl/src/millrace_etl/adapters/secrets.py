"""The secret for personal data, in AWS Secrets Manager."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError

from millrace_etl.errors import SecretMissing

_SHORTEST = 16
"""Characters below which a salt could be guessed by trying."""


def read_salt(secret_id: str) -> str:
    """Text of the secret. Raises SecretMissing."""
    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        raise SecretMissing(f"the secret {secret_id} cannot be read: {code}") from exc
    salt: str = answer.get("SecretString", "")
    if len(salt) < _SHORTEST:
        raise SecretMissing(f"the secret {secret_id} has less than {_SHORTEST} characters")
    return salt
