"""Records of an API and of a database, through the function's own door."""

from __future__ import annotations

import gzip
import io
import json
import logging
import sqlite3

import boto3
import pyarrow.parquet as pq
import pytest
from api_server import Answer, served
from test_handler import ACKNOWLEDGE, LAND, Context, cloud  # noqa: F401 - a fixture

from millrace_contracts import BatchLanded, Dataset, Manifest
from millrace_contracts.state.extraction_dynamodb import DynamoExtractionState
from millrace_ingest import handler as edge

TOKEN = "s3cr3t-t0ken"
WEATHER = [{"at": f"2024-01-0{day}T00:00:00Z", "temp": 1.5 * day} for day in range(1, 6)]


def deploy(s3, source, lands):
    spec = {
        "name": "flights",
        "owner": {"team": "network", "email": "network@example.com"},
        "source": source,
        "format": {"kind": lands},
        "columns": [{"name": "at", "type": "timestamp"}],
    }
    body = Dataset.model_validate(spec).model_dump_json().encode()
    s3.put_object(Bucket="artifacts", Key="datasets/flights/dataset.json", Body=body)


def land(s3, **request):
    """Land, and answer what came with the objects of the manifest."""
    landed = BatchLanded.model_validate(edge.handler(LAND | request, Context()))
    if not landed.files:
        return landed, []
    body = s3.get_object(Bucket=landed.manifest_bucket, Key=landed.manifest_key)["Body"].read()
    files = Manifest.model_validate_json(body).files
    return landed, [s3.get_object(Bucket=f.bucket, Key=f.key)["Body"].read() for f in files]


def lines_of(objects):
    return [json.loads(line) for body in objects for line in gzip.decompress(body).splitlines()]


def everything_kept(s3):
    """All that is stored anywhere, as one text."""
    kept = [str(item) for item in boto3.resource("dynamodb").Table("state").scan()["Items"]]
    for bucket in ("landing", "artifacts"):
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            head = s3.head_object(Bucket=bucket, Key=found["Key"])
            kept += [found["Key"], str(head["Metadata"])]
    return "\n".join(kept)


@pytest.fixture
def weather(cloud):  # noqa: F811
    with served() as api:

        def answer(request):
            assert request.headers["authorization"] == f"Bearer {TOKEN}"
            at = int(request.params.get("at", 0))
            link = f'<?at={at + 2}>; rel="next"' if at + 2 < len(WEATHER) else ""
            body = json.dumps(WEATHER[at : at + 2]).encode()
            return Answer(body, headers={"Link": link} if link else {})

        api.answer = answer
        host, port = api.url.removeprefix("http://").split(":")
        secret = json.dumps({"token": TOKEN, "host": host, "port": port})
        boto3.client("secretsmanager").create_secret(Name="millrace/weather", SecretString=secret)
        source = {
            "kind": "api",
            "url": "http://{host}:{port}/weather",
            "allow_private": True,
            "auth": {"kind": "bearer", "secret": "millrace/weather"},
            "pagination": {"kind": "link"},
            "incremental": {"field": "at", "param": "since"},
        }
        deploy(cloud, source, "jsonl")
        yield api


def test_an_api_lands_what_is_new_and_then_nothing(cloud, weather):  # noqa: F811
    landed, objects = land(cloud)
    assert (landed.files, lines_of(objects)) == (1, WEATHER)
    edge.handler(ACKNOWLEDGE, Context())

    assert land(cloud, run_id="r2")[0].files == 0
    state = DynamoExtractionState(boto3.resource("dynamodb").Table("state"))
    assert state.watermark("flights").value == WEATHER[-1]["at"]
    assert [extraction.records for extraction in state.extractions("flights")] == [5, 0]


def test_a_window_lands_beside_the_watermark(cloud, weather):  # noqa: F811
    land(cloud)
    edge.handler(ACKNOWLEDGE, Context())
    state = DynamoExtractionState(boto3.resource("dynamodb").Table("state"))
    before = state.watermark("flights")

    window = {"from": "2024-01-02T00:00:00Z", "to": "2024-01-04T00:00:00Z"}
    _, objects = land(cloud, run_id="r2", window=window)

    assert lines_of(objects) == WEATHER[1:3]
    assert state.watermark("flights") == before


def test_a_secret_is_kept_nowhere(cloud, weather, caplog, capsys):  # noqa: F811
    caplog.set_level(logging.DEBUG, logger="httpx")
    land(cloud)
    weather.answer = lambda _request: Answer(b"", status=403)
    with pytest.raises(Exception, match="status 403") as caught:
        land(cloud, run_id="r2")

    printed = capsys.readouterr()
    shown = "\n".join([caplog.text, printed.out, printed.err, str(caught.value)])
    assert TOKEN not in shown
    assert TOKEN not in everything_kept(cloud)


def test_a_table_lands_as_parquet_and_then_what_is_beyond_the_watermark(cloud, tmp_path):  # noqa: F811
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, at TEXT)")
        shop.executemany("INSERT INTO orders VALUES (?, ?)", [(1, "a"), (2, "")])
    source = {
        "kind": "sql",
        "url": "sqlite:///{mount}/shop.db",
        "table": "orders",
        "key": ["id"],
        "incremental": {"column": "id"},
    }
    deploy(cloud, source, "parquet")

    _, first = land(cloud)
    edge.handler(ACKNOWLEDGE, Context())
    with shop:
        shop.execute("INSERT INTO orders VALUES (3, NULL)")
    _, second = land(cloud, run_id="r2")
    shop.close()

    rows = [[*pq.read_table(io.BytesIO(body)).to_pylist()] for body in (*first, *second)]
    assert rows == [[{"id": 1, "at": "a"}, {"id": 2, "at": ""}], [{"id": 3, "at": None}]]


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ({"window": {"from": "1"}}, "to"),
        ({"window": {"from": "1", "to": "2/3"}}, "to"),
        ({"window": {"from": "1", "to": "2"}}, "WindowRefused"),
    ],
)
def test_a_window_that_cannot_be_is_refused(cloud, request_, named):  # noqa: F811
    with pytest.raises(Exception, match=named) as caught:
        land(cloud, **request_)

    assert type(caught.value).__name__ == "TerminalError"
