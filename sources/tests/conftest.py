"""The program as the cloud starts it, beside an AWS that is moto's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

DEADLINE_S = 120
PROGRAM = Path(sys.executable).with_name("millrace-sources")

TABLES = {
    "flights": "year,carrier,flight\n2013,UA,1545\n2013,AA,NA\n",
    "airlines": "carrier,name\nAA,American Airlines Inc.\nUA,United Air Lines Inc.\n",
    "airports": "faa,name,lat,lon,alt,tz,dst,tzone\n"
    + "".join(f"A{n:02},Field {n},41.5,-80.25,{n},-5,A,NA\n" for n in range(100))
    + "ZZZ,Last,0,0,0,8,U,Asia/Chongqing\n",
    "weather": "origin,year,month,day,hour,temp,wind_dir,time_hour\n"
    + "".join(
        f"EWR,2013,1,{1 + n // 24},{n % 24},39.02,NA,2013-01-{1 + n // 24:02}T{n % 24:02}:00:00Z\n"
        for n in range(72)
    ),
}


@dataclass
class Offered:
    """A home and a mount, and the program that runs in them."""

    home: Path
    mount: Path
    endpoint: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if name[:4] != "AWS_"},
            **credentials(self.endpoint),
        }
        places = ["--home", self.home, "--mount", self.mount]
        self.process = subprocess.Popen([PROGRAM, "serve", *places], env=environment)

    def told(self) -> dict[str, str]:
        """What the program says once it says something."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            try:
                found: dict[str, str] = json.loads((self.home / "sources.json").read_text())
            except FileNotFoundError:
                time.sleep(0.05)
            else:
                return found
        raise AssertionError("the program says nothing")

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(DEADLINE_S)

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def secret(self) -> dict[str, str]:
        found = self.client("secretsmanager").get_secret_value(
            SecretId="millrace/nycflights13/sftp"
        )
        fields: dict[str, str] = json.loads(found["SecretString"])
        return fields

    def parameter(self) -> dict[str, str]:
        found = self.client("ssm").get_parameter(
            Name="/millrace/secrets/nycflights13/weather", WithDecryption=True
        )
        fields: dict[str, str] = json.loads(found["Parameter"]["Value"])
        return fields


def credentials(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def write_tables(mount: Path) -> None:
    folder = mount / "nycflights13"
    folder.mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text)


@pytest.fixture(scope="session")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def offered(tmp_path_factory, endpoint):
    """The program, serving."""
    root = tmp_path_factory.mktemp("laptop")
    made = Offered(root / "home", root / "mount", endpoint)
    made.home.mkdir()
    write_tables(made.mount)
    made.start()
    try:
        assert made.told() == {"endpoint": endpoint}
        yield made
    finally:
        assert made.process is not None
        made.process.kill()
        made.process.wait(DEADLINE_S)
