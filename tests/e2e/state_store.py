"""The store of run state that the whole pipeline's tests run on: chosen by one setting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from database import running_postgres

SETTING = "MILLRACE_E2E_STATE"
"""``dynamodb``, as it is deployed, or ``postgresql``."""


def store_name() -> str:
    """What the setting says."""
    store = os.environ.get(SETTING, "dynamodb")
    if store not in ("dynamodb", "postgresql"):
        raise pytest.UsageError(f"{SETTING}={store}: dynamodb or postgresql")
    return store


@contextmanager
def chosen_store() -> Iterator[str]:
    """URL that a checkout's cloud is deployed with; empty for the deployment's own table.

    Whoever asks has a PostgreSQL server of their own, from a wheel, on a socket.
    """
    if store_name() == "postgresql":
        with running_postgres() as url:
            yield url
    else:
        yield ""


def another_database(url: str) -> str:
    """URL of an empty database on the same server, for a second deployment."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS another")
        connection.execute("CREATE DATABASE another")
        return url.replace(f"/{connection.info.dbname}?", "/another?", 1)
