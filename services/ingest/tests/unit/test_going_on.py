"""A file longer than one call goes on where it stopped, whatever stopped it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dying import Died, Fuse
from laptop import Laptop

from millrace_ingest.adapters.memory import MemoryLanding
from millrace_ingest.errors import SourceChanged, SourceUnavailable
from millrace_ingest.leases import LEASE
from millrace_ingest.parts import Progress, digest_of_parts

CONTENT = bytes(range(97, 123)) * 2


class Trickle:
    """A source that gives four bytes at a time, and tells what it gave."""

    def __init__(self, source, after_chunk):
        self._source = source
        self._after_chunk = after_chunk
        self.given = 0

    def __getattr__(self, name):
        return getattr(self._source, name)

    def read(self, file, begin=0):
        content = b"".join(self._source.read(file, begin))
        for at in range(0, len(content), 4):
            self.given += 4
            yield content[at : at + 4]
            self._after_chunk()


def _laptop(after_chunk=lambda: None):
    laptop = Laptop(landing=MemoryLanding(part_size=lambda _number: 8))
    laptop.source.put("a.csv", CONTENT)
    laptop.source = Trickle(laptop.source, after_chunk)
    return laptop


def test_calls_that_are_each_too_short_land_the_file_together():
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)

    calls = 1
    while laptop.land("r1", within=timedelta(seconds=55)).more:
        calls += 1
        assert laptop.landing.objects == {}

    assert calls > 2
    assert laptop.source.given < len(CONTENT) + calls * 16
    assert [content for _, content in laptop.manifest("r1")] == [CONTENT]
    (record,) = laptop.state.files("flights")
    assert (record.size_bytes, record.upload) == (len(CONTENT), "")


def test_another_run_goes_on_with_what_the_first_one_sent():
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)
    assert laptop.land("r1", within=timedelta(seconds=100)).more
    laptop.clock.sleep(LEASE.total_seconds())
    laptop.source._after_chunk = lambda: None
    laptop.source.given = 0

    laptop.land("r2")

    assert laptop.source.given < len(CONTENT)
    assert [content for _, content in laptop.manifest("r2")] == [CONTENT]


def test_a_disconnect_in_the_middle_costs_what_was_not_yet_sent():
    laptop = _laptop()

    def disconnect():
        if laptop.source.given == 40:
            raise SourceUnavailable("connection lost")

    laptop.source._after_chunk = disconnect
    with pytest.raises(SourceUnavailable):
        laptop.land("r1")
    laptop.source.given = 100
    laptop.source._after_chunk = lambda: None

    laptop.land("r1")

    assert laptop.source.given - 100 == len(CONTENT) - 24
    assert [content for _, content in laptop.manifest("r1")] == [CONTENT]


def test_a_file_replaced_between_two_calls_begins_anew_as_the_new_version():
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)
    assert laptop.land("r1", within=timedelta(seconds=100)).more
    laptop.source.put("a.csv", b"other")

    assert laptop.land("r1").files == 1
    assert [content for _, content in laptop.manifest("r1")] == [b"other"]


def test_parts_that_are_gone_are_sent_again():
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)
    assert laptop.land("r1", within=timedelta(seconds=100)).more
    laptop.landing.suspended.clear()

    assert laptop.land("r1", within=timedelta(seconds=100)).more
    assert laptop.land("r1", within=timedelta(seconds=100)).files == 1
    assert [content for _, content in laptop.manifest("r1")] == [CONTENT]


def _beats():
    fuse = Fuse(0, after=False)
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)
    _land_in_calls(laptop, fuse)
    return fuse.calls


def _land_in_calls(laptop, fuse):
    while laptop.land("r1", within=timedelta(seconds=100), through=fuse).more:
        pass


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, _beats() + 1))
def test_killed_anywhere_within_a_long_file_it_lands_once(call, after):
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)
    with pytest.raises(Died):
        _land_in_calls(laptop, Fuse(call, after=after))
    laptop.source._after_chunk = lambda: None

    laptop.land("r1")
    assert [content for _, content in laptop.manifest("r1")] == [CONTENT]
    assert list(laptop.landing.objects.values()) == [CONTENT]


def test_a_file_that_returns_to_an_earlier_content_lands_again():
    laptop = Laptop()
    for number, content in enumerate([b"A", b"B", b"A"], start=1):
        laptop.clock.sleep(1)
        laptop.source.put("a.csv", content)
        laptop.land(f"r{number}")
        laptop.acknowledge(f"r{number}")

    assert [content for _, content in laptop.manifest("r3")] == [b"A"]
    assert sorted(laptop.landing.objects.values()) == [b"A", b"A", b"B"]


def test_the_digest_does_not_depend_on_how_many_calls_it_took():
    at_once = _laptop()
    at_once.land("r1")
    in_calls = _laptop()
    in_calls.source._after_chunk = lambda: in_calls.clock.sleep(10)
    _land_in_calls(in_calls, lambda port: port)

    digests = {laptop.state.files("flights")[0].sha256 for laptop in (at_once, in_calls)}
    assert len(digests) == 1


def test_a_half_done_upload_reads_back_as_it_was_told():
    progress = Progress("id", (b"\x00" * 32, b"\xff" * 32))

    assert Progress.parse(str(progress)) == progress
    assert len(digest_of_parts(progress.digests)) == 64


def test_a_source_that_is_not_what_its_first_parts_came_from_lands_nothing():
    """A fingerprint cannot tell a change that keeps size and time; the last part can."""
    laptop = _laptop()
    laptop.source._after_chunk = lambda: laptop.clock.sleep(10)
    assert laptop.land("r1", within=timedelta(seconds=100)).more
    edit, _ = laptop.source._contents["a.csv"]
    laptop.source._contents["a.csv"] = (edit, CONTENT[::-1])

    with pytest.raises(SourceChanged):
        laptop.land("r1")
    assert laptop.landing.objects == {}
    laptop.source._after_chunk = lambda: None
    laptop.land("r1")
    assert [content for _, content in laptop.manifest("r1")] == [CONTENT[::-1]]
