"""One local cloud and one Spark session for the suite; both see the same objects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from lake import BUCKETS, Lake

from millrace_etl.spark.java import find_java_home

LOCALCLOUD = Path(__file__).parents[3] / "localcloud"
DEADLINE_S = 120

if java_home := find_java_home(os.environ):
    os.environ["JAVA_HOME"] = java_home
os.environ["PYSPARK_PYTHON"] = sys.executable


@pytest.fixture(scope="session")
def cloud_home(tmp_path_factory):
    """Home of a local cloud that serves; its S3 keeps objects as files below ``lake/``."""
    home = tmp_path_factory.mktemp("cloud")
    command = [LOCALCLOUD / ".venv/bin/millrace-localcloud", "serve", "--home", home]
    with subprocess.Popen(command) as server:
        try:
            ends_at = time.monotonic() + DEADLINE_S
            while not (home / "endpoint.json").exists():
                assert server.poll() is None, "the local cloud ended"
                assert time.monotonic() < ends_at, "the local cloud does not answer"
                time.sleep(0.05)
            yield home
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def aws(cloud_home):
    """The session's environment speaks to the local cloud; answers that environment."""
    told = json.loads((cloud_home / "endpoint.json").read_text())
    environment = {
        "AWS_ENDPOINT_URL": told["endpoint"],
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        client = boto3.client("s3")
        for bucket in BUCKETS:
            client.create_bucket(Bucket=bucket)
        _create_state_table()
        yield environment


def _create_state_table():
    indexed = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")

    def key(prefix):
        return [
            {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
            {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
        ]

    boto3.client("dynamodb").create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in indexed],
        KeySchema=key(""),
        GlobalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": key(name), "Projection": {"ProjectionType": "ALL"}}
            for name in ("gsi1", "gsi2")
        ],
    )


@pytest.fixture(scope="session")
def spark_settings(cloud_home):
    """Spark settings that make ``s3://`` the local cloud's lake."""
    mounts = {
        f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback": (
            f"lakefile://{cloud_home / 'lake' / bucket}"
        )
        for bucket in BUCKETS
    }
    return mounts | {
        "spark.master": "local[2]",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
        "spark.hadoop.fs.lakefile.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    }


@pytest.fixture(scope="session")
def session(aws, spark_settings, tmp_path_factory):
    from pyspark import SparkConf, SparkContext

    from millrace_etl.spark.session import start_session

    settings = spark_settings | {
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.ui.enabled": "false",
        # What is compiled well takes longer to compile than the suite's small tables take to read.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    context = SparkContext.getOrCreate(SparkConf().setAll(list(settings.items())).setAppName("t"))
    yield start_session()
    context.stop()


@pytest.fixture
def lake(session, aws):
    """A dataset of its own in the suite's buckets."""
    return Lake(session)
