"""A cloud that is reached over HTTP: the service's buckets, state table and datasets."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from contextlib import contextmanager

import boto3
import pyarrow.parquet as pq
from moto.backends import get_backend
from moto.server import ThreadedMotoServer

from millrace_contracts import Dataset

ACCOUNT, REGION = "123456789012", "us-east-1"
INDEXED = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
FORMATS = {"api": "jsonl", "queue": "jsonl", "sql": "parquet"}


class Cloud:
    """Clients of a cloud, and what the service has kept there."""

    def __init__(self, url):
        self.url = url
        at = {
            "endpoint_url": url,
            "region_name": REGION,
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        self.s3 = boto3.client("s3", **at)
        self.dynamodb = boto3.client("dynamodb", **at)
        self.sqs = boto3.client("sqs", **at)
        self.secrets = boto3.client("secretsmanager", **at)

    def environment(self, url, mount):
        """Of a worker that reaches the cloud by a URL."""
        return {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "LANDING_BUCKET": "landing",
            "ARTIFACTS_BUCKET": "artifacts",
            "STATE_URL": "dynamodb://state",
            "SOURCES_MOUNT": str(mount),
        }

    def begin(self):
        """Empty buckets and an empty state table."""
        for service in ("s3", "dynamodb", "sqs", "secretsmanager"):
            get_backend(service)[ACCOUNT]["global" if service == "s3" else REGION].reset()
        get_backend("s3")[ACCOUNT]["aws"].reset()
        for bucket in ("landing", "artifacts"):
            self.s3.create_bucket(Bucket=bucket)
        self.dynamodb.create_table(
            TableName="state",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in INDEXED
            ],
            KeySchema=_key(""),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": _key(index),
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index in ("gsi1", "gsi2")
            ],
        )

    def deploy(self, source, dataset="flights"):
        spec = {
            "name": dataset,
            "owner": {"team": "network", "email": "network@example.com"},
            "source": source,
            "format": {"kind": FORMATS.get(source["kind"], "csv")},
            "columns": [{"name": "id", "type": "bigint"}],
        }
        body = Dataset.model_validate(spec).model_dump_json().encode()
        key = f"datasets/{dataset}/dataset.json"
        self.s3.put_object(Bucket="artifacts", Key=key, Body=body)

    def landed(self):
        """Every object of the landing bucket by its key."""
        found = self.s3.list_objects_v2(Bucket="landing").get("Contents", [])
        return {each["Key"]: self._body("landing", each["Key"]) for each in found}

    def to_process(self, run_id):
        """Contents of the manifest's files."""
        manifest = json.loads(self._body("artifacts", f"manifests/{run_id}.json"))
        return [self._body(file["bucket"], file["key"]) for file in manifest["files"]]

    def everything_kept(self):
        """All that is stored anywhere beside objects' contents, as one text."""
        kept = [str(self.dynamodb.scan(TableName="state")["Items"])]
        for bucket in ("landing", "artifacts"):
            for found in self.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                head = self.s3.head_object(Bucket=bucket, Key=found["Key"])
                kept += [found["Key"], str(head["Metadata"])]
                if bucket == "artifacts":
                    kept.append(self._body(bucket, found["Key"]).decode("latin-1"))
        return "\n".join(kept)

    def show_messages_again(self, queue):
        """As when their visibility time-out has passed."""
        for message in get_backend("sqs")[ACCOUNT][REGION].queues[queue]._messages:
            message.change_visibility(0)

    def _body(self, bucket, key):
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def ids_in(contents):
    """How often each record's ``id`` is there, whatever the objects' format."""
    found = Counter()
    for content in contents:
        if content.startswith(b"PAR1"):
            found.update(row["id"] for row in pq.read_table(io.BytesIO(content)).to_pylist())
            continue
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        found.update(json.loads(line)["id"] for line in text.splitlines())
    return found


def _key(prefix):
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]


@contextmanager
def served_cloud():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Cloud(f"http://{host}:{port}")
    finally:
        server.stop()
