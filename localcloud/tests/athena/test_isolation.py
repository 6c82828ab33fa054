"""What no query reaches, and a query whose worker is lost."""

from __future__ import annotations

import uuid

import pytest
from conformance.athena.asking import Lakehouse


@pytest.fixture
def house(cloud):
    return Lakehouse.make(cloud)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT getenv('HOME')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '/tmp/x'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "PRAGMA version",
    ],
)
def test_what_duckdb_has_and_trino_has_not_is_out_of_reach(house, sql):
    assert house.ask(sql).state == "FAILED"


def test_a_killed_query_fails_by_the_system(house, cloud):
    name = f"wg-{uuid.uuid4().hex[:8]}"
    house.athena.create_work_group(
        Name=name, Configuration={"EnforceWorkGroupConfiguration": False}
    )
    cloud.control("POST", "faults", {"service": "athena-query", "name": name, "times": 1})

    killed, after = (house.ask("SELECT 1 AS one", workgroup=name) for _ in range(2))

    assert killed.reason.startswith("GENERIC_INTERNAL_ERROR")
    assert killed.execution["Status"]["AthenaError"]["ErrorCategory"] == 1
    assert after.state == "SUCCEEDED"
