"""Records of a stream: each lands once, whoever is killed, delivered twice or racing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dying import Died, Fuse
from extracts import WEATHER, Extracts

from millrace_contracts.state import LIVE, RunStatus, Watermark
from millrace_ingest.errors import FilesHeld, LeaseLost, SourceTooSlow, WindowRefused
from millrace_ingest.extracting import LEASE, Window

NUMBERS = [1, 2, 3, 4, 5]


def _extracts():
    extracts = Extracts()
    extracts.feed.records = {number: f"record {number}" for number in NUMBERS}
    return extracts


def _calls():
    fuse = Fuse(0, after=False)
    _extracts().land("r1", through=fuse)
    return fuse.calls


@pytest.fixture
def extracts():
    return _extracts()


def test_records_land_in_segments_and_the_watermark_moves_when_all_have(extracts):
    landed = extracts.land("r1")

    assert (landed.files, landed.more) == (3, False)
    assert extracts.numbers("r1") == NUMBERS
    assert extracts.watermark() == "5"
    assert extracts.state.stages("r1")[0].numbers["files_landed"] == 3


def test_the_next_run_lands_what_is_beyond_the_watermark(extracts):
    extracts.land("r1")
    extracts.acknowledge("r1")
    extracts.feed.records |= {6: "six", 7: "seven"}

    extracts.land("r2")

    assert extracts.numbers("r2") == [6, 7]
    assert extracts.watermark() == "7"


def test_nothing_new_costs_nothing_more(extracts):
    extracts.land("r1")
    extracts.acknowledge("r1")

    assert extracts.land("r2").files == 0
    assert extracts.state.run("r2").status is RunStatus.NOTHING_NEW
    assert extracts.watermark() == "5"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, _calls() + 1))
def test_the_same_run_called_again_after_a_kill_lands_each_record_once(call, after):
    extracts = _extracts()
    with pytest.raises(Died):
        extracts.land("r1", through=Fuse(call, after=after))

    extracts.land("r1")

    assert extracts.numbers("r1") == NUMBERS
    assert len(extracts.landing.objects) == 3
    assert extracts.watermark() == "5"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, _calls() + 1))
def test_another_run_goes_on_where_a_killed_one_stopped(call, after):
    extracts = _extracts()
    with pytest.raises(Died):
        extracts.land("r1", through=Fuse(call, after=after))
    extracts.feed.records[6] = "arrived meanwhile"

    extracts.land("r2")

    assert extracts.numbers("r2") == [*NUMBERS, 6]
    assert extracts.watermark() == "6"
    landed = b"".join(extracts.landing.objects.values())
    assert all(landed.count(f'"n": {number},'.encode()) == 1 for number in [*NUMBERS, 6])
    extracts.acknowledge("r2")
    extracts.clock.sleep(LEASE.total_seconds())
    assert extracts.land("r3").files == 0


@pytest.mark.parametrize("call", range(1, _calls() + 1))
@pytest.mark.parametrize("other", ["r1", "r2"])
def test_two_workers_at_once_land_each_record_once(call, other):
    extracts = _extracts()
    begun = []

    class Interrupted:
        """Lets another worker do all its work at one of the first one's calls."""

        def __init__(self):
            self.calls = 0

        def __call__(self, port):
            fuse = self

            class Port:
                def __getattr__(self, name):
                    target = getattr(port, name)
                    if not callable(target):
                        return target

                    def act(*args, **kwargs):
                        fuse.calls += 1
                        if fuse.calls == call:
                            extracts.clock.sleep(LEASE.total_seconds())
                            begun.append(extracts.land(other))
                        return target(*args, **kwargs)

                    return act

            return Port()

    try:
        extracts.land("r1", through=Interrupted())
    except LeaseLost:
        extracts.land("r1")

    assert begun[0].files == 3
    assert extracts.numbers("r1") == NUMBERS
    assert extracts.watermark() == "5"
    assert len(extracts.landing.objects) == 3


def test_the_same_event_delivered_again_lands_nothing_more(extracts):
    extracts.land("r1")
    objects = dict(extracts.landing.objects)
    extracts.feed.records[6] = "six"

    again = extracts.land("r1")

    assert again.files == 3
    assert extracts.landing.objects == objects


def test_an_extraction_longer_than_one_call_goes_on_in_the_next(extracts):
    read = extracts.feed.read

    def slowly(*arguments):
        extracts.clock.sleep(100)
        return read(*arguments)

    extracts.feed.read = slowly
    calls = 1
    while extracts.land("r1", within=timedelta(seconds=150)).more:
        calls += 1
        assert extracts.watermark() is None

    assert calls == 3
    assert extracts.numbers("r1") == NUMBERS
    assert extracts.watermark() == "5"


def test_a_segment_that_no_call_can_read_is_named(extracts):
    read = extracts.feed.read

    def too_slowly(extraction, sink, beat, is_late):
        extracts.clock.sleep(200)
        return read(extraction, sink, beat, is_late)

    extracts.feed.read = too_slowly
    with pytest.raises(SourceTooSlow, match="memory://records"):
        extracts.land("r1", within=timedelta(seconds=150))
    assert extracts.landing.objects == {}


def test_a_window_lands_beside_the_watermark(extracts):
    extracts.land("r1")
    extracts.acknowledge("r1")

    extracts.land("r2", window=Window("2", "4"))

    assert extracts.numbers("r2") == [2, 3]
    assert extracts.watermark() == "5"
    extracts.acknowledge("r2")
    assert extracts.land("r3").files == 0


def test_a_source_without_an_incremental_field_refuses_a_window():
    source = WEATHER.source.model_copy(update={"incremental": None})
    extracts = Extracts(WEATHER.model_copy(update={"source": source}))

    with pytest.raises(WindowRefused, match="incremental"):
        extracts.land("r1", window=Window("2", "4"))


def test_another_run_waits_for_one_that_extracts_and_then_names_it(extracts):
    with pytest.raises(Died):
        extracts.land("r1", through=Fuse(9, after=True))
    held = extracts.extractions.extraction("weather", LIVE)
    claim = extracts.extractions.claim_extraction

    def always_held(extraction, now):
        return extraction.claimed_by == held.claimed_by and claim(extraction, now)

    extracts.extractions.claim_extraction = always_held
    with pytest.raises(FilesHeld):
        extracts.land("r2")


@pytest.mark.parametrize("reset", [True, False])
def test_moving_the_watermark_while_a_run_extracts_gives_that_pass_up(extracts, reset):
    put = extracts.store.put

    def then_moved(*arguments):
        extracts.store.put = put
        done = put(*arguments)
        if reset:
            extracts.extractions.reset_watermark("weather")
        else:
            by_hand = Watermark("weather", "3", extracts.clock(), "me")
            extracts.extractions.set_watermark(by_hand)
        return done

    extracts.store.put = then_moved
    with pytest.raises(LeaseLost):
        extracts.land("r1")
    extracts.land("r1")

    assert extracts.numbers("r1") == (NUMBERS if reset else [4, 5])
    assert extracts.watermark() == "5"
