"""What a killed cloud knows of its queries when it is started again."""

from __future__ import annotations

import signal
from contextlib import suppress

from conformance.athena.asking import Lakehouse

from athena.test_operations import ENDLESS, wait_until_running


def test_a_query_that_a_kill_interrupts_has_failed_and_the_others_keep_their_results(
    start_cloud, tmp_path
):
    with suppress(RuntimeError), start_cloud(tmp_path) as cloud:
        house = Lakehouse.make(cloud)
        done = house.start("SELECT n FROM UNNEST(sequence(1, 1500)) AS t(n)")
        house.wait(done)
        running = house.start(ENDLESS)
        wait_until_running(house, running)
        cloud.control("POST", "save")
        cloud.process.send_signal(signal.SIGKILL)
        cloud.process.wait(30)

    with start_cloud(tmp_path) as cloud:
        athena = cloud.client("athena")
        ended = athena.get_query_execution(QueryExecutionId=running)["QueryExecution"]["Status"]
        pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=done)

        assert ended["State"] == "FAILED"
        assert "the local cloud stopped" in ended["StateChangeReason"]
        assert ended["AthenaError"]["ErrorCategory"] == 1
        assert sum(len(page["ResultSet"]["Rows"]) for page in pages) == 1501


def test_results_are_no_part_of_the_saved_state(start_cloud, tmp_path):
    with start_cloud(tmp_path) as cloud:
        house = Lakehouse.make(cloud)
        house.wait(
            house.start("SELECT n, 'the row' || 's' AS t FROM UNNEST(sequence(1, 9)) AS t(n)")
        )
        cloud.control("POST", "save")

    assert b"the rows" not in (tmp_path / "state" / "snapshot").read_bytes()
