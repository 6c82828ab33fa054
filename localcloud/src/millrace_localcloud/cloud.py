"""What every part of the local cloud shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from millrace_localcloud.clock import Clock
from millrace_localcloud.environments import Environments
from millrace_localcloud.faults import Faults
from millrace_localcloud.home import Home
from millrace_localcloud.processes import ChildProcesses

if TYPE_CHECKING:
    from millrace_localcloud.containers import Engine
    from millrace_localcloud.mail.relay import SmtpServer
    from millrace_localcloud.persistence.keeping import Keeping

ACCOUNT = "123456789012"
"""moto's account: the one that unsigned and differently signed calls fall into."""
REGION = "us-east-1"

_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Cloud:
    """One running local cloud."""

    home: Home
    port: int
    environments: Environments
    inherited_env: Mapping[str, str]
    faults: Faults = field(default_factory=Faults)
    children: ChildProcesses = field(default_factory=ChildProcesses)
    clock: Clock = field(default_factory=Clock)
    smtp: SmtpServer | None = None
    """Email goes there too, beside ``home.mail``."""
    containers: Engine | None = None
    """Images run in its containers; without one, environments stand for them."""

    @cached_property
    def keeping(self) -> Keeping:
        """Writes what was changed before anybody is told that it was."""
        from millrace_localcloud.persistence.keeping import Keeping

        return Keeping(self.home.kept)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> datetime:
        """The cloud's time, aware."""
        return self.clock.now()

    def child_env(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Environment of a child process: the little it needs, and this cloud as its AWS."""
        kept = {name: self.inherited_env[name] for name in _INHERITED if name in self.inherited_env}
        return {**kept, "HOME": str(self.home.work), **self.container_env(extra)}

    def container_env(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Environment of a container: this cloud as its AWS, and nothing of the machine's."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            **(extra or {}),
        }

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud; one per service, kept."""
        return _client(service, self.endpoint)


@cache
def _client(service: str, endpoint: str) -> Any:
    make_client: Any = boto3.client
    return make_client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="local",
        config=Config(retries={"max_attempts": 0}, max_pool_connections=50),
    )
