import pytest
from laptop import Laptop

from millrace_contracts.state import RunStatus
from millrace_ingest.errors import ManifestMissing


@pytest.fixture
def laptop():
    laptop = Laptop()
    laptop.source.put("a.csv", b"first")
    return laptop


def test_acknowledging_closes_the_batch_and_ends_the_run(laptop):
    laptop.land("r1")

    assert laptop.acknowledge("r1").files == 1
    assert laptop.state.run("r1").status is RunStatus.SUCCEEDED
    assert laptop.state.open_batches("flights") == []


def test_acknowledging_twice_gives_the_same_answer(laptop):
    laptop.land("r1")
    first = laptop.acknowledge("r1")
    laptop.clock.sleep(60)

    assert laptop.acknowledge("r1") == first


def test_what_landed_after_the_manifest_stays_for_the_next_run(laptop):
    laptop.land("r1")
    laptop.source.put("b.csv", b"second")
    laptop.land("r2")

    laptop.acknowledge("r1")

    assert laptop.state.open_batches("flights") == ["r2"]
    assert laptop.land("r3").files == 1
    assert [content for _, content in laptop.manifest("r3")] == [b"second"]


def test_a_batch_that_a_running_run_has_opened_stays_open(laptop):
    laptop.land("r1")
    laptop.state.start_run("r2", "flights", laptop.clock())
    laptop.state.open_batch("flights", "r2")

    laptop.acknowledge("r1")

    assert laptop.state.open_batches("flights") == ["r2"]


def test_files_of_a_run_that_died_are_processed_once(laptop):
    laptop.state.start_run("dead", "flights", laptop.clock())
    laptop.land("dead")
    laptop.land("r2")
    laptop.acknowledge("r2")

    assert laptop.land("r3").files == 0


def test_a_run_without_a_manifest_cannot_be_acknowledged(laptop):
    with pytest.raises(ManifestMissing, match="r9"):
        laptop.acknowledge("r9")
