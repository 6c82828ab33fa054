from datetime import timedelta

import pytest
from laptop import NOON, Laptop

from millrace_contracts import LandingKey, ManifestKey
from millrace_contracts.state import FileRecord, FileStatus, RunStatus, StageStatus
from millrace_ingest.errors import FilesHeld, SourceChanged, SourceTooSlow, SpecMissing
from millrace_ingest.leases import LEASE

DAY = "flights/ingest_date=2024-02-29"


@pytest.fixture
def laptop():
    laptop = Laptop()
    laptop.source.put("a.csv", b"first")
    laptop.source.put("sub/b.csv", b"second")
    return laptop


def test_new_files_land_under_the_run_and_are_in_its_manifest(laptop):
    landed = laptop.land("r1")

    assert (landed.files, landed.size_bytes, landed.more) == (2, 11, False)
    assert landed.manifest_key == str(ManifestKey("r1"))
    assert laptop.manifest("r1") == [
        (f"{DAY}/batch=r1/a.csv", b"first"),
        (f"{DAY}/batch=r1/sub!2Fb.csv", b"second"),
    ]
    assert all(LandingKey.parse(key) for key, _ in laptop.manifest("r1"))


def test_landing_twice_writes_the_same_objects_and_the_same_manifest(laptop):
    first = laptop.land("r1")
    objects = dict(laptop.landing.objects)
    laptop.clock.sleep(60)

    again = laptop.land("r1")

    assert (again.files, again.manifest_key) == (first.files, first.manifest_key)
    assert laptop.landing.objects == objects


def test_nothing_new_ends_the_run_without_a_manifest(laptop):
    laptop.land("r1")
    laptop.acknowledge("r1")

    assert laptop.land("r2").files == 0
    assert "r2" not in laptop.artifacts.manifests
    assert laptop.state.run("r2").status is RunStatus.NOTHING_NEW
    assert laptop.state.open_batches("flights") == []


def test_files_of_a_run_that_failed_later_are_in_the_next_manifest(laptop):
    laptop.land("r1")
    laptop.source.put("c.csv", b"third")
    laptop.clock.sleep(3600)

    assert laptop.land("r2").files == 3
    assert {content for _, content in laptop.manifest("r2")} == {b"first", b"second", b"third"}

    laptop.acknowledge("r2")
    assert laptop.land("r3").files == 0


def test_the_same_content_under_a_new_time_does_not_land_twice(laptop):
    laptop.land("r1")
    laptop.acknowledge("r1")
    laptop.source.put("a.csv", b"first")

    assert laptop.land("r2").files == 0
    assert len(laptop.landing.objects) == 2
    assert laptop.state.stages("r2")[0].numbers["files_landed"] == 0


def test_the_same_content_in_an_open_batch_is_in_the_manifest_once(laptop):
    laptop.land("r1")
    laptop.source.put("a.csv", b"first")

    assert laptop.land("r2").files == 2


def test_a_version_that_appears_during_the_run_gets_a_key_of_its_own(laptop):
    laptop.land("r1")
    laptop.source.put("a.csv", b"changed")

    assert laptop.land("r1").files == 3
    contents = [content for _, content in laptop.manifest("r1")]
    assert sorted(contents) == [b"changed", b"first", b"second"]


def test_the_day_in_the_key_is_the_day_the_run_began(laptop):
    laptop.state.start_run("r1", "flights", NOON - timedelta(days=1))
    laptop.land("r1")

    assert all("ingest_date=2024-02-28" in key for key in laptop.landing.objects)


class Meddled:
    """A source that changes when a chunk of a file has been read."""

    def __init__(self, source, meddle):
        self._source = source
        self._meddle = meddle

    def __getattr__(self, name):
        return getattr(self._source, name)

    def read(self, file, begin=0):
        for place, chunk in enumerate(self._source.read(file, begin)):
            yield chunk
            if place == 0:
                self._meddle(file)


@pytest.mark.parametrize("content", [b"shrt", b"equal", b"longer than before"])
def test_a_file_that_changes_while_it_is_read_becomes_visible_nowhere(laptop, content):
    source = laptop.source
    laptop.source = Meddled(source, lambda file: source.put(file.name, content))

    with pytest.raises(SourceChanged):
        laptop.land("r1")
    assert laptop.landing.objects == {}
    assert laptop.state.stages("r1")[0].status is StageStatus.FAILED

    laptop.source = source
    assert laptop.land("r1").files == 2


def test_a_file_that_ends_early_becomes_visible_nowhere(laptop):
    class Cut(Meddled):
        def read(self, file, begin=0):
            yield next(self._source.read(file, begin))

    laptop.source = Cut(laptop.source, None)

    with pytest.raises(SourceChanged, match="ended after 2 of 5 bytes"):
        laptop.land("r1")
    assert laptop.landing.objects == {}


def test_a_call_without_time_left_lands_one_file_and_asks_to_be_called_again(laptop):
    source = laptop.source

    class Slow(Meddled):
        def read(self, file, begin=0):
            laptop.clock.sleep(20)
            yield from self._source.read(file, begin)

    laptop.source = Slow(source, None)
    first = laptop.land("r1", within=timedelta(seconds=30))
    assert (first.files, first.more) == (1, True)
    assert laptop.artifacts.manifests == {}

    second = laptop.land("r1", within=timedelta(seconds=30))
    assert (second.files, second.more) == (2, False)
    assert laptop.state.stages("r1")[0].numbers == {
        "files_landed": 2,
        "bytes_landed": 11,
        "files_pending": 0,
    }


def test_a_file_of_which_no_part_comes_within_a_whole_call_is_refused_by_name(laptop):
    laptop.source = Meddled(laptop.source, lambda _file: laptop.clock.sleep(1000))

    with pytest.raises(SourceTooSlow, match=r"a\.csv"):
        laptop.land("r1")


def _held_by(laptop, run_id):
    for file in laptop.source.files():
        claim = FileRecord(
            dataset="flights",
            file_id=file.file_id,
            source=file.source,
            status=FileStatus.CLAIMED,
            bucket="landing",
            key=f"{DAY}/batch={run_id}/{file.name.replace('/', '!2F')}",
            batch_id=run_id,
            claimed_by=run_id,
            lease_until=laptop.clock() + LEASE,
        )
        laptop.state.claim_file(claim, laptop.clock())


def test_files_of_a_dead_worker_land_under_its_keys_when_its_lease_has_ended(laptop):
    laptop.state.start_run("dead", "flights", NOON)
    _held_by(laptop, "dead")

    assert laptop.land("r2").files == 2
    assert laptop.clock() >= NOON + LEASE
    assert all("batch=dead/" in key for key in laptop.landing.objects)

    laptop.acknowledge("r2")
    assert laptop.land("r3").files == 0


def test_a_run_whose_files_another_run_holds_is_not_told_that_nothing_is_new(laptop):
    renewed_at = laptop.clock()
    _held_by(laptop, "alive")

    def sleep(seconds):
        nonlocal renewed_at
        laptop.clock.moment += timedelta(seconds=seconds)
        if laptop.clock() - renewed_at > timedelta(seconds=10):
            _held_by(laptop, "alive")
            renewed_at = laptop.clock()

    laptop.clock.sleep = sleep

    with pytest.raises(FilesHeld, match="2 new files"):
        laptop.land("r2")
    assert laptop.state.run("r2").status is RunStatus.RUNNING


def test_a_dataset_that_is_not_deployed_is_named(laptop):
    laptop.artifacts._specs = {}

    with pytest.raises(SpecMissing, match="flights"):
        laptop.land("r1")
