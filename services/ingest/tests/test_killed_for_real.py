"""Workers that are killed (SIGKILL) around their calls to AWS, or race; each record lands once."""

from __future__ import annotations

import threading

import pytest
from lines import LAND, LATER_S, offering
from worker import PATIENCE_S

ANOTHER = LAND | {"run_id": "r2"}


@pytest.mark.parametrize("kind", ["files", "messages"])
def test_after_a_kill_behind_any_write_the_same_run_lands_each_record_once(line, kind):
    with offering(line, kind):
        for step in line.writes():
            line.begin()
            line.land_and_cut(step.number)
            line.workers.call(LAND, later_s=LATER_S)
            line.check_each_landed_once("r1", step)


@pytest.mark.parametrize("kind", ["files", "pages", "messages"])
def test_after_a_kill_around_an_upload_another_run_lands_each_record_once(line, kind):
    with offering(line, kind):
        writes = line.writes()
        uploads = [step for step in writes if step.name.startswith("PUT landing")]
        records = [step for step in writes if step.name == "TransactWriteItems"]
        cuts = [(uploads[0], 0), (records[0], 0)]
        cuts += [(step, 0.5) for step in uploads]
        cuts += [(step, None) for step in (*uploads, *records)]
        for step, share in cuts:
            line.begin()
            line.land_and_cut(step.number, share=share)
            line.workers.call(ANOTHER, later_s=LATER_S)
            line.check_each_landed_once("r2", (step, share))


@pytest.mark.parametrize("kind", ["files", "table"])
def test_an_event_delivered_again_while_its_first_worker_sleeps_lands_each_record_once(line, kind):
    with offering(line, kind):
        writes = [step for step in line.writes() if step.name not in ("PutItem", "PUT artifacts")]
        for step in writes:
            line.begin()
            reached, go_on = threading.Event(), threading.Event()

            def sleep(at, step=step, reached=reached, go_on=go_on):
                if at.number == step.number:
                    reached.set()
                    assert go_on.wait(PATIENCE_S)

            line.wire.after = sleep
            first = line.workers.begin(LAND)
            assert reached.wait(PATIENCE_S)
            line.workers.call(LAND)
            go_on.set()
            assert first.answer()["files"]
            line.check_each_landed_once("r1", step)


@pytest.mark.parametrize("kind", ["files", "pages", "messages"])
def test_two_runs_at_once_land_each_record_once(line, kind):
    with offering(line, kind):
        calls = [line.workers.begin(event) for event in (LAND, ANOTHER)]
        answers = [call.answer() for call in calls]

        assert max(answer["files"] for answer in answers) >= 1
        line.workers.call(ANOTHER)
        line.check_each_landed_once("r2")
