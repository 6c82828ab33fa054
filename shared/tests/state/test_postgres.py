"""What PostgreSQL alone can get wrong: two workers at once, a lost server, two that begin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from run_state_contract import LEASE, NOON, claim

from millrace_contracts.state import opening
from millrace_contracts.state.opening import open_extraction_state, open_run_state
from millrace_contracts.state.postgres import PostgresRunState
from millrace_contracts.state.postgres_connection import PostgresConnection
from millrace_contracts.state.postgres_schema import SCHEMA
from millrace_contracts.state.unavailable import StateUnavailable

WORKERS = 6


@pytest.fixture
def stores(postgres, postgres_url):
    """As many workers, each with a connection of its own; none has made the tables yet."""
    opened = [PostgresConnection(postgres_url, SCHEMA) for _ in range(WORKERS)]
    yield [PostgresRunState(connection) for connection in opened]
    for connection in opened:
        connection.close()


def _at_once(stores, act):
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(act, stores, range(WORKERS)))


def test_of_many_who_claim_at_once_one_gets_the_file_the_lease_and_the_announcement(stores):
    claimed = _at_once(stores, lambda store, n: store.claim_file(claim(f"r{n}"), NOON))
    leased = _at_once(stores, lambda store, n: store.acquire_lease("x", f"{n}", NOON, NOON + LEASE))
    told = _at_once(stores, lambda store, n: store.claim_announcement("r1", 0, NOON, NOON + LEASE))

    assert sum(file is not None for file in claimed) == 1
    assert sum(leased) == 1
    assert sum(told) == 1


def test_a_lost_connection_is_unavailable_once_and_made_anew(postgres, postgres_url):
    state = PostgresRunState(postgres)
    state.start_run("r1", "flights", NOON)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )

    with pytest.raises(StateUnavailable):
        state.run("r1")
    assert state.run("r1").dataset == "flights"


def test_a_server_that_is_not_there_is_unavailable_and_its_password_is_not_told():
    state = open_run_state("postgresql://me:hunter2@127.0.0.1:1/state")

    with pytest.raises(StateUnavailable) as caught:
        state.run("r1")
    assert "hunter2" not in str(caught.value)


def test_what_fails_half_way_leaves_nothing(postgres):
    state = PostgresRunState(postgres)
    with pytest.raises(psycopg.Error), postgres.transaction() as cursor:
        cursor.execute("INSERT INTO millrace_batches VALUES ('flights', 'b1')")
        cursor.execute("SELECT 1 / 0")

    assert state.open_batches("flights") == []


def test_moments_keep_their_microseconds_and_are_utc(postgres):
    state = PostgresRunState(postgres)
    at = NOON + timedelta(microseconds=123_457)
    state.claim_file(replace(claim("r1"), lease_until=at), NOON)

    assert state.file("flights", "f1").lease_until == at
    assert state.file("flights", "f1").lease_until.utcoffset() == timedelta(0)


def test_a_url_chooses_the_store(postgres, postgres_url, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert type(open_run_state("dynamodb://state")).__name__ == "DynamoRunState"
    assert type(open_extraction_state("dynamodb://state")).__name__ == "DynamoExtractionState"

    open_run_state(postgres_url).start_run("r1", "flights", NOON)
    assert open_run_state(postgres_url).run("r1").started_at == NOON
    assert open_extraction_state(postgres_url).watermark("flights") is None
    opening.connection_to(postgres_url).close()
    opening.connection_to.cache_clear()


@pytest.mark.parametrize("url", ["", "state", "mysql://host/db"])
def test_any_other_url_is_refused(url):
    with pytest.raises(ValueError, match="allowed: dynamodb"):
        open_run_state(url)
