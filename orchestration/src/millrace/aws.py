"""Clients of the AWS that the command talks to: the laptop's cloud, or an account."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from millrace.errors import NotDeployed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

LAPTOP_ACCOUNT = "123456789012"
LAPTOP_REGION = "us-east-1"

_making = threading.RLock()
"""A session makes one client at a time; clients then serve every thread."""


@dataclass(frozen=True, slots=True)
class Aws:
    """One AWS: where it is, and which deployment of Millrace on it is meant."""

    endpoint: str | None = None
    """The laptop's cloud; None for an account, reached as boto3 is configured."""
    environment: str = "local"
    profile: str | None = None
    region: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """A boto3 client, made once per service."""
        with _making:
            if service not in self._clients:
                make_client: Any = self._session().client
                self._clients[service] = make_client(service, **self._arguments())
            return self._clients[service]

    def table(self) -> Table:
        """The run-state table of this deployment."""
        name = self.parameter("state/table")
        with _making:
            resource = self._session().resource("dynamodb", **self._arguments())
        table: Table = resource.Table(name)
        return table

    def parameter(self, name: str) -> str:
        """Value of ``/millrace/<environment>/<name>``, where services find each other.

        Raises:
            NotDeployed: There is none.
        """
        ssm, path = self.client("ssm"), f"/millrace/{self.environment}/{name}"
        try:
            return str(ssm.get_parameter(Name=path)["Parameter"]["Value"])
        except ssm.exceptions.ParameterNotFound as exc:
            remedy = "millrace up deploys this checkout"
            if self.endpoint is None:
                remedy = "look at --environment, --profile and --region, or millrace deploy"
            raise NotDeployed(f"nothing is deployed there (no {path}): {remedy}") from exc

    def bucket(self, zone: str) -> str:
        """Name of a zone's bucket."""
        return self.parameter(f"buckets/{zone}")

    def _session(self) -> Any:
        return _laptop_session() if self.endpoint else _session(self.profile, self.region)

    def _arguments(self) -> dict[str, Any]:
        config = Config(retries={"mode": "standard", "max_attempts": 3}, read_timeout=120)
        return {"config": config} | ({"endpoint_url": self.endpoint} if self.endpoint else {})


def read_models(services: Iterable[str]) -> None:
    """Read what the laptop's clients of these services are made from, before there is a laptop."""
    for service in services:
        with _making:
            _laptop_session().client(service, endpoint_url="http://127.0.0.1")


@cache
def _laptop_session() -> Any:
    return boto3.Session(
        aws_access_key_id=LAPTOP_ACCOUNT,
        aws_secret_access_key="local",
        region_name=LAPTOP_REGION,
    )


@cache
def _session(profile: str | None, region: str | None) -> Any:
    """One for all clients: what it has read of a service's model serves each."""
    return boto3.Session(profile_name=profile, region_name=region)
