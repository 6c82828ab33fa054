"""The same rows, offered by each of the servers of docker-compose.yml as it offers anything."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika
import psycopg
import pyarrow.parquet as pq

ROWS = [{"carrier": "AA", "name": "American"}, {"carrier": "UA", "name": "United"}]

SPEC = """\
name: {dataset}
description: Carriers.
owner: {{team: network-planning, email: network-planning@example.com}}
source: {source}
format: {format}
columns:
  - {{name: carrier, type: string, required: true}}
  - {{name: name, type: string, required: true}}
keys: [carrier]
"""


@dataclass(frozen=True)
class Offer:
    """A server, what it has, and the dataset that is read from it."""

    dataset: str
    port: str
    """Variable of docker-compose.yml."""
    source: dict[str, Any]
    format: dict[str, Any]
    fill: Callable[[Any, int], None]

    def spec(self, port: str) -> str:
        # JSON is YAML.
        source = json.dumps(self.source | {"secret": f"millrace/{self.dataset}"})
        return SPEC.format(
            dataset=self.dataset,
            source=source.replace("PORT", port),
            format=json.dumps(self.format),
        )


def rows_of(key: str, content: bytes) -> list[dict[str, str]]:
    """The rows of a landed object, in their order by carrier."""
    if key.endswith(".parquet"):
        rows = pq.read_table(io.BytesIO(content)).to_pylist()
    elif key.endswith(".csv"):
        rows = list(csv.DictReader(io.StringIO(content.decode())))
    else:
        rows = [json.loads(line) for line in content.splitlines()]
    return sorted(rows, key=lambda row: row["carrier"])


def _into_postgres(_: Any, port: int) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=port, user="source", password="source", dbname="source"
    ) as connection:
        connection.execute("create table carriers (carrier text primary key, name text not null)")
        with connection.cursor() as cursor:
            cursor.executemany("insert into carriers values (%(carrier)s, %(name)s)", ROWS)


def _into_sftp(compose: Any, _: int) -> None:
    lines = "\n".join(["carrier,name", *(",".join(row.values()) for row in ROWS)])
    done = compose("exec", "-T", "sftp", "sh", "-c", f"echo '{lines}' >/files/carriers.csv")
    assert done.returncode == 0, done.stderr


def _into_rabbitmq(_: Any, port: int) -> None:
    login = pika.PlainCredentials("source", "source")
    with pika.BlockingConnection(
        pika.ConnectionParameters("127.0.0.1", port, credentials=login)
    ) as connection:
        channel = connection.channel()
        for queue in ("carriers", "refused"):
            channel.queue_declare(queue, durable=True)
        channel.confirm_delivery()
        for row in ROWS:
            properties = pika.BasicProperties(message_id=row["carrier"])
            channel.basic_publish("", "carriers", json.dumps(row).encode(), properties)


OFFERS = {
    "postgres": Offer(
        "from_postgres",
        "POSTGRES_PORT",
        {
            "kind": "sql",
            "url": "postgresql://127.0.0.1:PORT/source",
            "table": "carriers",
            "key": ["carrier"],
        },
        {"kind": "parquet"},
        _into_postgres,
    ),
    "sftp": Offer(
        "from_sftp",
        "SFTP_PORT",
        {
            "kind": "ftp",
            "url": "sftp://127.0.0.1:PORT/files",
            "match": "*.csv",
            "check_host": False,
            "settle_s": 0,
        },
        {"kind": "csv", "header": True},
        _into_sftp,
    ),
    "rabbitmq": Offer(
        "from_rabbitmq",
        "RABBITMQ_PORT",
        {
            "kind": "queue",
            "broker": "amqp://127.0.0.1:PORT/",
            "queue": "carriers",
            "dead_letter": "refused",
        },
        {"kind": "jsonl"},
        _into_rabbitmq,
    ),
}
