from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from millrace_ingest.adapters.memory import MemorySecrets
from millrace_ingest.adapters.secrets import AwsSecrets
from millrace_ingest.errors import SecretMalformed, SecretMissing

VALUES = {
    "good": json.dumps({"user": "ana", "password": "s3kr1t"}),
    "list": '["s3kr1t"]',
    "text": "s3kr1t {",
}


class SecretsContract:
    """``secrets`` and ``name``, which maps a name of VALUES to the store's."""

    def test_a_secret_is_read_by_name(self, secrets, name):
        secret = secrets.get(name("good"))

        assert (secret.need("user"), secret.get("password")) == ("ana", "s3kr1t")
        assert secret.get("token") is None

    def test_a_secret_never_shows_its_content(self, secrets, name):
        secret = secrets.get(name("good"))

        assert "s3kr1t" not in f"{secret} {secret!r}"
        with pytest.raises(SecretMalformed) as caught:
            secret.need("token")
        assert "s3kr1t" not in repr(caught.value)

    @pytest.mark.parametrize("value", ["list", "text"])
    def test_a_malformed_secret_is_named_and_not_quoted(self, secrets, name, value):
        with pytest.raises(SecretMalformed, match=value) as caught:
            secrets.get(name(value))

        error = caught.value
        while error is not None:
            assert "s3kr1t" not in repr(error)
            error = error.__cause__

    def test_a_missing_secret_is_named(self, secrets, name):
        with pytest.raises(SecretMissing, match="none"):
            secrets.get(name("none"))


def test_an_address_is_filled_in_and_what_is_missing_is_named():
    secret = MemorySecrets({"db": json.dumps({"host": "db.example.com", "user": "ana"})}).get("db")

    assert secret.address("mysql://{host}/shop") == "mysql://db.example.com/shop"
    assert secret.address("sqlite:///{mount}/shop.db") == "sqlite:///{mount}/shop.db"
    with pytest.raises(SecretMalformed, match="secret db: it has no field 'port'"):
        secret.address("mysql://{host}:{port}/shop")


class TestMemorySecrets(SecretsContract):
    @pytest.fixture
    def secrets(self):
        return MemorySecrets(VALUES)

    @pytest.fixture
    def name(self):
        return lambda value: value


@pytest.fixture
def clients(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield (
            boto3.client("secretsmanager", region_name="us-east-1"),
            boto3.client("ssm", region_name="us-east-1"),
        )


class TestSecretsManager(SecretsContract):
    @pytest.fixture
    def secrets(self, clients):
        for name, value in VALUES.items():
            clients[0].create_secret(Name=f"millrace/{name}", SecretString=value)
        manager, parameters = clients
        return AwsSecrets(lambda: manager, lambda: parameters)

    @pytest.fixture
    def name(self):
        return lambda value: f"millrace/{value}"


class TestParameterStore(SecretsContract):
    @pytest.fixture
    def secrets(self, clients):
        for name, value in VALUES.items():
            path = f"/millrace/secrets/{name}"
            clients[1].put_parameter(Name=path, Value=value, Type="SecureString")
        manager, parameters = clients
        return AwsSecrets(lambda: manager, lambda: parameters)

    @pytest.fixture
    def name(self):
        return lambda value: f"ssm:/millrace/secrets/{value}"
