"""Files that are still being written wait; files that have landed durably are given back."""

import pytest
from dying import Died, Fuse
from laptop import Laptop

from millrace_contracts.state import FileStatus, RunStatus


def test_a_file_that_grows_while_it_settles_waits_for_a_later_run():
    laptop = Laptop()
    laptop.source.settle_s = 5
    laptop.source.put("done.csv", b"done")
    laptop.source.put("growing.csv", b"gro")
    sleep = laptop.clock.sleep

    def writer_goes_on(seconds):
        sleep(seconds)
        laptop.source.put("growing.csv", b"growing")

    laptop.clock.sleep = writer_goes_on
    assert laptop.land("r1").files == 1
    assert [content for _, content in laptop.manifest("r1")] == [b"done"]
    assert laptop.state.stages("r1")[0].numbers["files_pending"] == 1

    laptop.clock.sleep = sleep
    laptop.acknowledge("r1")
    assert laptop.land("r2").files == 1
    assert [content for _, content in laptop.manifest("r2")] == [b"growing"]


def test_a_run_whose_only_file_is_still_written_finds_nothing_new():
    laptop = Laptop()
    laptop.source.settle_s = 5
    laptop.source.put("growing.csv", b"gro")
    laptop.clock.sleep = lambda _seconds: laptop.source.put("growing.csv", b"growing")

    assert laptop.land("r1").files == 0
    assert laptop.state.run("r1").status is RunStatus.NOTHING_NEW


class Deleting:
    """A source that deletes what is released, and checks that it has landed durably."""

    def __init__(self, laptop):
        self._laptop = laptop
        self._source = laptop.source

    def __getattr__(self, name):
        return getattr(self._source, name)

    def release(self, file):
        record = self._laptop.state.file("flights", file.file_id)
        assert record.status is FileStatus.LANDED
        assert self._laptop.landing.objects[record.key] == self._source._contents[file.name][1]
        self._source.remove(file.name)


def _laptop():
    laptop = Laptop()
    laptop.source.put("a.csv", b"first")
    laptop.source.put("b.csv", b"second")
    laptop.source = Deleting(laptop)
    return laptop


def _calls():
    fuse = Fuse(0, after=False)
    _laptop().land("r1", through=fuse)
    return fuse.calls


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, _calls() + 1))
def test_killed_anywhere_no_file_is_deleted_before_it_is_durable_and_each_is_at_last(call, after):
    laptop = _laptop()
    with pytest.raises(Died):
        laptop.land("r1", through=Fuse(call, after=after))

    laptop.land("r2")
    assert laptop.source.files() == []
    assert sorted(laptop.landing.objects.values()) == [b"first", b"second"]
    assert {content for _, content in laptop.manifest("r2")} == {b"first", b"second"}
