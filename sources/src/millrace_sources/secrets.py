"""What the pipeline is told in confidence: where the servers are and how to be let in."""

from __future__ import annotations

import json
from collections.abc import Mapping

import boto3

Fields = Mapping[str, str]


def put_secret(name: str, fields: Fields) -> None:
    """Keep fields in Secrets Manager, also where the name is taken."""
    manager = boto3.client("secretsmanager")
    text = json.dumps(dict(fields))
    try:
        manager.create_secret(Name=name, SecretString=text)
    except manager.exceptions.ResourceExistsException:
        manager.put_secret_value(SecretId=name, SecretString=text)


def put_parameter(name: str, fields: Fields) -> None:
    """Keep fields in SSM, encrypted."""
    boto3.client("ssm").put_parameter(
        Name=name, Value=json.dumps(dict(fields)), Type="SecureString", Overwrite=True
    )
