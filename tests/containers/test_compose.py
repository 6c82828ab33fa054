"""docker-compose.yml brings up the cloud and every stage in containers, and runs a stage alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.config import Config
from checkout import PARTS, ROOT, make_checkout, some_flights
from offering import OFFERS, ROWS, rows_of

STAGES = ("ingest", "etl", "view", "forecast")
SOURCES = tuple(OFFERS)
BUILT = ("localcloud", "millrace", "mail", "sources", *SOURCES)
"""What it builds here; the stages' images are those of the other tests."""
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__")
DEADLINE_S = 900
PATIENCE_S = 180


@dataclass(frozen=True)
class Compose:
    """The commands of docs/deploying.md, in a checkout of its own."""

    root: Path
    command: tuple[str, ...]
    env: dict[str, str]

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *arguments],
            cwd=self.root,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )

    def given(self, variables: dict[str, str]) -> dict[str, str]:
        """A container's variables, as the file's placeholders stand for here."""
        placeholder = re.compile(r"\$\{(\w+)(?::-[^}]*)?\}")
        return {
            name: placeholder.sub(lambda found: self.env[found[1]], text)
            for name, text in variables.items()
        }

    def client(self, service: str):
        """One of the cloud's APIs."""
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.env['MILLRACE_PORT']}",
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="local",
            config=Config(read_timeout=DEADLINE_S, retries={"total_max_attempts": 1}),
        )

    def landed(self, dataset: str) -> dict[str, bytes]:
        """What lies in the landing bucket, by key."""
        s3, bucket = self.client("s3"), "millrace-local-landing-123456789012"
        listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{dataset}/")
        return {
            each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            for each in listed.get("Contents", [])
        }

    def health(self, engine, service: str) -> str:
        """``starting``, ``healthy`` or ``unhealthy``; ``exited`` when it has ended."""
        name = self("ps", "--all", "--quiet", service).stdout.strip()
        state = engine.containers.get(name).attrs["State"]
        return str(state["Health"]["Status"] if state["Running"] else state["Status"])


def compose_command() -> tuple[str, ...]:
    """The engine's plugin, or the program of its own that Debian has."""
    for command in (("docker", "compose"), ("docker-compose",)):
        if shutil.which(command[0]):
            told = subprocess.run([*command, "version"], capture_output=True, check=False)
            if told.returncode == 0:
                return command
    pytest.skip("needs docker compose (Debian package docker-compose)")


def free_ports(count: int) -> list[str]:
    """Ports below those that the system hands out, so that nobody gets them by chance."""
    with ExitStack() as taken:
        found: list[str] = []
        for port in range(20_100, 32_000):
            probe = taken.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(str(port))
            if len(found) == count:
                return found
    raise RuntimeError("no ports are free")


@pytest.fixture(scope="module")
def compose(images, bases, tmp_path_factory):
    made = make_checkout(tmp_path_factory.mktemp("compose"))
    made.offer("flights-0.csv", some_flights(every=97))
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"\$\{(\w+_PORT):-", compose)))
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    for offer in OFFERS.values():
        folder = made.root / "datasets" / offer.dataset
        folder.mkdir()
        (folder / "dataset.yaml").write_text(offer.spec(ports[offer.port]), encoding="utf-8")
    for part in PARTS:
        (made.root / part).unlink()
    for part in (*PARTS, "sources"):
        shutil.copytree(ROOT / part, made.root / part, ignore=LEFT_OUT)
    shutil.copytree(ROOT / "containers", made.root / "containers")
    shutil.copytree(ROOT / "scripts", made.root / "scripts", ignore=LEFT_OUT)
    for file in ("docker-compose.yml", ".dockerignore"):
        shutil.copy(ROOT / file, made.root / file)
    env = {**os.environ, **bases, **ports, "PWD": str(made.root)}
    found = Compose(made.root, compose_command(), env)
    built = found("build", "--parallel", *BUILT)
    assert built.returncode == 0, built.stderr
    yield found
    found("down", "--volumes")


@pytest.fixture(scope="module")
def up(compose, started):
    """All that the file brings up by itself: the cloud, deployed to, and every server."""
    done = compose("up", "--detach")
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("up")
def test_a_run_goes_through_a_container_of_every_stage(compose, started, images):
    done = compose("run", "--rm", "millrace", "run", "flights")

    assert done.returncode == 0, done.stdout + done.stderr
    stages = {images[stage].image.id for stage in STAGES}
    assert started.missing(compose.root / ".millrace", stages) == set()


@pytest.mark.usefixtures("up")
def test_etl_runs_alone_on_what_lies_in_s3(compose):
    done = compose(
        "run", "--rm", "etl", "--mode", "compact", "--dataset", "flights", "--run_id", "compact-1"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["dataset"] == "flights"


@pytest.mark.usefixtures("up")
def test_etl_runs_where_the_base_image_brings_spark(compose, engine, images, bases):
    """As EMR Serverless runs it, but on a stand-in for its base: no machine here can pull that."""
    base = ROOT / "tests" / "containers" / "like_emr.Dockerfile"
    given = {"ETL_IMAGE": images["etl"].image.id}
    with base.open("rb") as dockerfile:
        like_emr, _ = engine.images.build(fileobj=dockerfile, buildargs=given, rm=True)
    emr, _ = engine.images.build(
        path=str(compose.root),
        dockerfile="services/etl/deploy/emr.Dockerfile",
        buildargs=bases | {"BASE_IMAGE": like_emr.id, "PYTHON": "python3"},
        rm=True,
    )
    settings = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["etl"]
    home = compose.root / ".millrace"

    said = engine.containers.run(
        emr.id,
        [
            *("/usr/lib/spark/bin/spark-submit", *settings["entrypoint"][1:]),
            *("--mode", "compact", "--dataset", "flights", "--run_id", "compact-emr"),
        ],
        environment=compose.given(settings["environment"]),
        volumes=[f"{home}:{home}"],
        user="0:0",  # The lake's files are root's here.
        network_mode="host",
        remove=True,
    )

    assert emr.attrs["Config"]["User"] == "hadoop:hadoop"
    assert json.loads(said.decode().splitlines()[-1])["dataset"] == "flights"


@pytest.mark.usefixtures("up")
def test_the_mail_about_a_failure_reaches_the_mail_catcher(compose, started, images):
    done = compose("run", "--rm", "millrace", "run", "flights", "--fail", "ingest")
    assert done.returncode == 1, done.stdout + done.stderr

    # The cloud hands mail on by itself, behind the end of the run that it is about.
    deadline = time.monotonic() + PATIENCE_S
    kept = ""
    while "Ingest failed" not in kept and time.monotonic() < deadline:
        time.sleep(1)
        kept = compose("exec", "-T", "mail", "sh", "-c", "cat /mail/new/*").stdout
    assert "[millrace] flights: Ingest failed" in kept, done.stdout + compose("logs", "mail").stdout
    assert started.missing(compose.root / ".millrace", {images["notify"].image.id}) == set()


@pytest.fixture(scope="module")
def servers(up, compose, engine):
    """Health of the servers to ingest from, once none of them is starting any more."""
    deadline = time.monotonic() + DEADLINE_S
    health = dict.fromkeys(SOURCES, "starting")
    while "starting" in health.values() and time.monotonic() < deadline:
        health = {name: compose.health(engine, name) for name in SOURCES}
        time.sleep(1)
    return health


def test_the_servers_to_ingest_from_come_up(compose, servers):
    assert servers == dict.fromkeys(SOURCES, "healthy"), compose("logs", "--tail=20").stdout


@pytest.mark.usefixtures("servers")
@pytest.mark.parametrize("server", SOURCES)
def test_a_row_of_every_server_lands_in_the_lake(compose, server):
    offer = OFFERS[server]
    offer.fill(compose, int(compose.env[offer.port]))
    compose.client("secretsmanager").create_secret(
        Name=f"millrace/{offer.dataset}",
        SecretString=json.dumps({"user": "source", "password": "source"}),
    )

    request = {"action": "land", "dataset": offer.dataset, "run_id": f"{offer.dataset}-1"}
    done = compose.client("lambda").invoke(
        FunctionName="millrace-local-ingest", Payload=json.dumps(request).encode()
    )
    answered = json.load(done["Payload"])

    assert answered.get("files") == 1, answered
    ((key, content),) = compose.landed(offer.dataset).items()
    assert rows_of(key, content) == ROWS
