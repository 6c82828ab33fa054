from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from database import running_postgres

from millrace_contracts.state.postgres_connection import PostgresConnection
from millrace_contracts.state.postgres_schema import SCHEMA


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[PostgresConnection]:
    """An empty run state."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    opened = PostgresConnection(postgres_url, SCHEMA)
    yield opened
    opened.close()
