"""A database whose connection breaks in the middle of a read, through the real handler."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from clouds import ids_in
from lines import LAND, LATER_S
from severed import cable_to

ROWS = 5000
BEFORE_CUT_BYTES = 1024 * 1024
"""Of some 2 MB."""
NOTE = "x" * 400


@contextmanager
def _postgres(url, user):
    """The server's socket by TCP, and how to end a session on the server's side."""
    folder = parse_qs(urlsplit(url).query)["host"][0]
    with psycopg.connect(url.replace("//", f"//{user}@"), autocommit=True) as shop:
        shop.execute("DROP TABLE IF EXISTS notes")
        shop.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY, note VARCHAR(400))")
        shop.execute(f"INSERT INTO notes SELECT i, '{NOTE}' FROM generate_series(1, {ROWS}) AS i")
        with cable_to(socket.AF_UNIX, f"{folder}/.s.PGSQL.5432") as cable:
            yield cable, f"postgresql://127.0.0.1:{cable.port}{urlsplit(url).path}", user
        shop.execute("DROP TABLE notes")


@contextmanager
def _mariadb(url, shop):
    split = urlsplit(url)
    with shop.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS notes")
        cursor.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY, note VARCHAR(400))")
        cursor.execute(f"INSERT INTO notes SELECT seq, '{NOTE}' FROM seq_1_to_{ROWS}")
        with cable_to(socket.AF_INET, (split.hostname, split.port)) as cable:
            yield cable, f"mariadb://127.0.0.1:{cable.port}{split.path}", "root"
        cursor.execute("DROP TABLE notes")


@pytest.fixture(params=["postgres", "mariadb"])
def severed(request):
    serve = {"postgres": _postgres, "mariadb": _mariadb}[request.param]
    with serve(*request.getfixturevalue(f"{request.param}_server")) as offered:
        yield offered


def test_what_breaks_off_is_named_lands_nothing_and_lands_once_at_the_next_call(line, severed):
    cable, url, user = severed
    secret = json.dumps({"user": user, "password": "pa:ss@word"})
    line.source = lambda: {
        "kind": "sql",
        "url": url,
        "table": "notes",
        "key": ["id"],
        "secret": "millrace/shop",
    }
    line.begin()
    line.cloud.secrets.create_secret(Name="millrace/shop", SecretString=secret)

    cable.left = BEFORE_CUT_BYTES
    with pytest.raises(AssertionError, match=r"TransientError: SourceUnavailable") as caught:
        line.workers.call(LAND)
    assert cable.cuts == 1
    assert "pa:ss" not in str(caught.value)
    assert line.cloud.landed() == {}

    cable.left = None
    line.workers.call(LAND, later_s=LATER_S)
    for contents in (line.cloud.to_process("r1"), line.cloud.landed().values()):
        assert ids_in(contents) == dict.fromkeys(range(1, ROWS + 1), 1)
