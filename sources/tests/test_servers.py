"""Each server by a client of its protocol, let in by what the cloud was told."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import asyncssh
import pytest
from conftest import TABLES

from millrace_sources import api


async def listed_and_read(secret, key):
    known = [asyncssh.import_public_key(secret["host_key"])], [], []
    async with (
        asyncssh.connect(
            secret["host"],
            int(secret["port"]),
            config=None,
            username=secret["user"],
            client_keys=[key],
            known_hosts=known,
            agent_path=None,
        ) as connection,
        connection.start_sftp_client() as session,
    ):
        names = [str(name) for name in await session.listdir("/out")]
        mtime = (await session.stat("/out/flights.csv")).mtime
        async with session.open("/out/flights.csv", "rb") as file:
            return sorted(names), mtime, await file.read()


def test_flights_are_read_by_sftp_with_the_secret_s_key_from_the_secret_s_host(offered):
    secret = offered.secret()
    key = asyncssh.import_private_key(secret["private_key"])

    names, mtime, content = asyncio.run(listed_and_read(secret, key))

    assert names == [".", "..", "flights.csv"]
    assert content.decode() == TABLES["flights"]
    assert mtime == 1388534400


def test_another_key_is_not_let_in_by_sftp(offered):
    stranger = asyncssh.generate_private_key("ssh-ed25519")

    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(listed_and_read(offered.secret(), stranger))


def asked(fields, token, **params):
    url = f"http://{fields['host']}:{fields['port']}{api.PATH}?{urlencode(params)}"
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


def test_weather_is_answered_with_types_and_from_a_moment_on(offered):
    fields = offered.parameter()

    everything = asked(fields, fields["token"])
    later = asked(fields, fields["token"], since="2013-01-03T22:00:00Z")

    assert len(everything["observations"]) == 72
    assert everything["next"] is None
    assert everything["observations"][0] == {
        "origin": "EWR",
        "year": 2013,
        "month": 1,
        "day": 1,
        "hour": 0,
        "temp": 39.02,
        "wind_dir": None,
        "time_hour": "2013-01-01T00:00:00Z",
    }
    assert [one["hour"] for one in later["observations"]] == [22, 23]


def test_pages_follow_each_other_until_the_last():
    rows = [{"origin": "EWR", "time_hour": f"{n:05}"} for n in range(12_000)]
    server, _ = api.serve_api(rows)
    try:
        seen, cursor = [], "0"
        while cursor is not None:
            page = server.page("00001", int(cursor))
            seen += page["observations"]
            cursor = page["next"]
    finally:
        server.shutdown()
        server.server_close()
    assert seen == rows[1:]


@pytest.mark.parametrize(
    ("token", "params", "status"), [("no", {}, 401), (None, {"cursor": "-1"}, 400)]
)
def test_the_api_refuses_other_tokens_and_cursors(offered, token, params, status):
    fields = offered.parameter()

    with pytest.raises(HTTPError) as refused:
        asked(fields, token or fields["token"], **params)
    refused.value.close()
    assert refused.value.code == status


def test_airlines_are_a_table_of_a_database(offered):
    with closing(sqlite3.connect(offered.mount / "airlines.db")) as connection:
        rows = connection.execute("SELECT carrier, name FROM airlines ORDER BY 1").fetchall()

    assert rows == [("AA", "American Airlines Inc."), ("UA", "United Air Lines Inc.")]


def test_airports_are_messages_that_are_sent_once_and_ingest_is_let_in(offered):
    sqs = offered.client("sqs")
    url = sqs.get_queue_url(QueueName="nycflights13-airports")["QueueUrl"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"millrace:source": "ingest"}

    received = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageAttributeNames=["All"]
    )["Messages"]
    ids = {one["MessageAttributes"]["id"]["StringValue"] for one in received}
    airports = [json.loads(line) for one in received for line in one["Body"].splitlines()]

    assert len(ids) == len(received) == 2
    assert len(airports) == 101
    assert {"faa": "A07", "name": "Field 7", "lat": 41.5, "lon": -80.25, "alt": 7, "tz": -5} | {
        "dst": "A",
        "tzone": None,
    } in airports


def test_started_again_it_tells_new_places_and_sends_no_message_twice(offered):
    sqs = offered.client("sqs")
    url = sqs.get_queue_url(QueueName="nycflights13-airports")["QueueUrl"]
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def messages():
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
        return sum(map(int, found.values()))

    before, token = messages(), offered.parameter()["token"]
    assert offered.stop() == 0
    assert not (offered.home / "sources.json").exists()

    offered.start()

    assert offered.told() == {"endpoint": offered.endpoint}
    assert offered.parameter()["token"] != token
    assert messages() == before == 2
