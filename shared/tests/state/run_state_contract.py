"""What every RunState must do. Subclass it and provide the ``state`` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from millrace_contracts.state import (
    FileRecord,
    FileStatus,
    RunStatus,
    StageRecord,
    StageStatus,
)

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
LEASE = timedelta(minutes=15)


def claim(run_id: str, *, file_id: str = "f1", at: datetime = NOON) -> FileRecord:
    return FileRecord(
        dataset="flights",
        file_id=file_id,
        source="file:///out/flights.csv",
        status=FileStatus.CLAIMED,
        bucket="landing",
        key=f"flights/ingest_date=2024-02-29/batch={run_id}/flights.csv",
        batch_id=run_id,
        claimed_by=run_id,
        lease_until=at + LEASE,
    )


def landed(file: FileRecord) -> FileRecord:
    return replace(file, size_bytes=3, sha256="ab" * 32, landed_at=NOON)


class RunStateContract:
    def test_a_run_keeps_its_first_start(self, state):
        state.start_run("r1", "flights", NOON)
        state.start_run("r1", "flights", NOON + LEASE)

        assert state.run("r1").started_at == NOON
        assert state.run("r1").status is RunStatus.RUNNING
        assert state.run("unknown") is None

    def test_a_run_that_never_started_can_end(self, state):
        state.end_run("r1", "flights", RunStatus.FAILED, NOON, error="E", cause="because")

        run = state.run("r1")
        assert (run.status, run.ended_at, run.error, run.cause) == (
            RunStatus.FAILED,
            NOON,
            "E",
            "because",
        )

    def test_runs_of_a_dataset_come_latest_first(self, state):
        for hour, run_id in enumerate(("r1", "r2", "r3")):
            state.start_run(run_id, "flights", NOON + timedelta(hours=hour))
        state.start_run("other", "planes", NOON)

        assert [run.run_id for run in state.runs("flights", limit=2)] == ["r3", "r2"]

    def test_failed_runs_span_months_and_leave_when_redriven_to_success(self, state):
        ends = {"r1": NOON, "r2": NOON + timedelta(days=3), "r3": NOON + timedelta(days=40)}
        for run_id, ended_at in ends.items():
            state.end_run(run_id, "flights", RunStatus.FAILED, ended_at)
        state.end_run("r2", "flights", RunStatus.SUCCEEDED, NOON + timedelta(days=4))

        since, until = NOON - timedelta(days=400), NOON + timedelta(days=50)
        assert [run.run_id for run in state.failed_runs(since, until)] == ["r3", "r1"]
        assert state.failed_runs(NOON + timedelta(days=1), NOON + timedelta(days=2)) == []

    def test_one_attempt_is_announced_once(self, state):
        much_later = NOON + timedelta(days=1)
        assert state.claim_announcement("r1", 0, NOON, NOON + LEASE) is True
        assert state.claim_announcement("r1", 0, NOON, NOON + LEASE) is False
        assert state.claim_announcement("r1", 1, NOON, NOON + LEASE) is True

        assert state.announced("r1", 0) is False
        state.settle_announcement("r1", 0)
        state.release_announcement("r1", 0)

        assert state.announced("r1", 0) is True
        assert state.claim_announcement("r1", 0, much_later, much_later + LEASE) is False

    def test_an_announcer_that_died_loses_the_right(self, state):
        later = NOON + LEASE
        state.claim_announcement("r1", 0, NOON, later)

        assert state.claim_announcement("r1", 0, later, later + LEASE) is True

    def test_an_announcer_that_failed_gives_the_right_back(self, state):
        state.claim_announcement("r1", 0, NOON, NOON + LEASE)
        state.release_announcement("r1", 0)

        assert state.claim_announcement("r1", 0, NOON, NOON + LEASE) is True

    def test_the_latest_record_of_a_stage_counts(self, state):
        etl = StageRecord("r1", "flights", "etl", StageStatus.RUNNING, NOON + LEASE)
        state.put_stage(etl)
        state.put_stage(StageRecord("r1", "flights", "ingest", StageStatus.SUCCEEDED, NOON))
        done = replace(
            etl, status=StageStatus.SUCCEEDED, ended_at=NOON + 2 * LEASE, numbers={"rows_read": 7}
        )
        state.put_stage(done)

        assert [stage.stage for stage in state.stages("r1")] == ["ingest", "etl"]
        assert state.stages("r1")[1] == done

    def test_a_file_version_is_claimed_by_one_run(self, state):
        assert state.claim_file(claim("r1"), NOON) == claim("r1")
        assert state.claim_file(claim("r2"), NOON) is None

    def test_the_holder_may_claim_again_after_a_retry(self, state):
        state.claim_file(claim("r1"), NOON)

        assert state.claim_file(claim("r1", at=NOON + LEASE), NOON) is not None

    def test_a_lost_lease_passes_on_the_key_it_was_landing_under(self, state):
        first = claim("r1")
        state.claim_file(first, NOON)
        later = NOON + LEASE

        taken = state.claim_file(claim("r2", at=later), later)

        assert (taken.key, taken.batch_id, taken.claimed_by) == (first.key, "r1", "r2")
        assert state.land_file(landed(first)) is False
        assert state.land_file(landed(taken)) is True

    def test_a_half_done_upload_passes_on_until_the_file_has_landed(self, state):
        state.claim_file(claim("r1"), NOON)
        state.claim_file(replace(claim("r1"), upload="at 8 MiB"), NOON)
        state.claim_file(claim("r1"), NOON)

        taken = state.claim_file(claim("r2", at=NOON + LEASE), NOON + LEASE)
        assert taken.upload == "at 8 MiB"
        state.land_file(replace(landed(taken), upload=taken.upload))
        assert state.file("flights", "f1").upload == ""

    def test_a_landed_file_is_never_claimed_again(self, state):
        state.land_file(landed(state.claim_file(claim("r1"), NOON)))

        assert state.claim_file(claim("r2"), NOON + timedelta(days=365)) is None
        assert state.file("flights", "f1") == replace(landed(claim("r1")), status=FileStatus.LANDED)

    def test_a_batch_shows_its_landed_files_only(self, state):
        state.land_file(landed(state.claim_file(claim("r1", file_id="f2"), NOON)))
        state.land_file(landed(state.claim_file(claim("r1", file_id="f1"), NOON)))
        state.claim_file(claim("r1", file_id="f3"), NOON)

        assert [file.file_id for file in state.files_of_batch("r1")] == ["f1", "f2"]
        assert len(state.files("flights")) == 3
        assert len(state.files_of_source("file:///out/flights.csv")) == 3

    def test_a_consumed_file_leaves_its_batch_and_is_still_known(self, state):
        for file_id in ("f1", "f2"):
            state.land_file(landed(state.claim_file(claim("r1", file_id=file_id), NOON)))

        state.consume_files("r1", ["f1", "never-seen"])
        state.consume_files("r1", ["f1"])

        assert [file.file_id for file in state.files_of_batch("r1")] == ["f2"]
        assert state.file("flights", "f1").status is FileStatus.LANDED
        assert state.claim_file(claim("r2"), NOON + 2 * LEASE) is None

    def test_a_batch_stays_open_until_it_is_closed(self, state):
        for batch in ("b2", "b1", "b1"):
            state.open_batch("flights", batch)
        assert state.open_batches("flights") == ["b1", "b2"]

        state.close_batch("flights", "b1")
        state.close_batch("flights", "b1")

        assert state.open_batches("flights") == ["b2"]
        assert state.open_batches("planes") == []

    def test_a_lease_has_one_holder_who_may_extend_it(self, state):
        assert state.acquire_lease("refined/flights", "a", NOON, NOON + LEASE) is True
        assert state.acquire_lease("refined/flights", "b", NOON, NOON + LEASE) is False
        assert state.acquire_lease("refined/planes", "b", NOON, NOON + LEASE) is True
        assert state.acquire_lease("refined/flights", "a", NOON, NOON + 2 * LEASE) is True
        assert state.acquire_lease("refined/flights", "b", NOON + LEASE, NOON + 3 * LEASE) is False

    def test_a_lease_that_ended_passes_on_and_its_old_holder_cannot_release_it(self, state):
        state.acquire_lease("refined/flights", "a", NOON, NOON + LEASE)

        assert state.acquire_lease("refined/flights", "b", NOON + LEASE, NOON + 2 * LEASE) is True
        state.release_lease("refined/flights", "a")

        assert state.acquire_lease("refined/flights", "a", NOON + LEASE, NOON + 2 * LEASE) is False

    def test_a_released_lease_is_free_at_once(self, state):
        state.acquire_lease("refined/flights", "a", NOON, NOON + LEASE)
        state.release_lease("refined/flights", "a")

        assert state.acquire_lease("refined/flights", "b", NOON, NOON + LEASE) is True
