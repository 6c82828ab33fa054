"""Entry point of the Glue job: read the arguments, build the service, run it, name what failed."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
from botocore.config import Config

from millrace_contracts.state.opening import open_run_state
from millrace_etl.adapters.aws import S3Store
from millrace_etl.adapters.lineage import OpenLineage
from millrace_etl.adapters.secrets import read_salt
from millrace_etl.errors import EtlError
from millrace_etl.refine import Refine, no_salt
from millrace_etl.settings import Settings
from millrace_etl.spark.engine import SparkEngine
from millrace_etl.spark.java import find_java_home
from millrace_etl.spark.session import start_session

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=32,
    retries={"mode": "standard", "total_max_attempts": 5},
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the job once; what it did is printed as one line of JSON.

    Raises:
        EtlError: One line that says why, last in the job's error output.
    """
    settings = Settings.from_arguments(sys.argv[1:] if arguments is None else arguments)
    if java_home := find_java_home(os.environ):
        os.environ["JAVA_HOME"] = java_home
    # The JVM takes seconds to start a session: meanwhile the manifest and the spec are read.
    with ThreadPoolExecutor(1, thread_name_prefix="session") as starter:
        session = starter.submit(start_session)
        try:
            refined = _build(settings, SparkEngine(session.result)).run()
        except EtlError as exc:
            session.cancel()
            raise type(exc)(" ".join(str(exc).split())) from exc
    sys.stdout.write(refined.model_dump_json() + "\n")


def _build(settings: Settings, engine: SparkEngine) -> Refine:
    attempt = f"{settings.run_id}-{uuid.uuid4().hex[:12]}"
    store = S3Store(boto3.client("s3", config=_CONFIG))
    return Refine(
        settings=settings,
        attempt=attempt,
        store=store,
        state=open_run_state(settings.state_url, _CONFIG),
        engine=engine,
        lineage=OpenLineage(settings, attempt, store, _now),
        now=_now,
        salt=(lambda: read_salt(settings.pii_secret)) if settings.pii_secret else no_salt,
    )


def _now() -> datetime:
    return datetime.now(UTC)
