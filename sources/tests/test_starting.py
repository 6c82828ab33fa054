"""What does not start says why."""

from __future__ import annotations

from conftest import DEADLINE_S, Offered, write_tables


def test_a_table_that_is_missing_is_named_to_whoever_waits(tmp_path, endpoint):
    offered = Offered(tmp_path / "home", tmp_path / "mount", endpoint)
    offered.home.mkdir()
    write_tables(offered.mount)
    (offered.mount / "nycflights13" / "weather.csv").unlink()

    offered.start()

    assert offered.process is not None
    assert offered.process.wait(DEADLINE_S) == 1
    told = offered.told()
    assert told["endpoint"] == endpoint
    assert told["error"].startswith("TableMissing: ")
    assert "weather.csv" in told["error"]
