"""What every ExtractionState must do.

Subclass it; provide ``state``, and ``files``, the run state that it keeps segments in.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from run_state_contract import LEASE, NOON, claim

from millrace_contracts.state import LIVE, Extraction, FileStatus, Watermark

WINDOW = "2024-01-01..2024-02-01"


def pass_of(run_id: str, *, scope: str = LIVE, since: str = "") -> Extraction:
    return Extraction(
        dataset="flights",
        scope=scope,
        extraction_id=f"{scope} of {run_id}",
        run_id=run_id,
        began_at=NOON,
        since=since,
        until="99",
        claimed_by=run_id,
        lease_until=NOON + LEASE,
    )


def segment(extraction: Extraction):
    """The next segment's record, and the extraction behind it."""
    number = extraction.segments
    file = replace(claim(extraction.claimed_by, file_id=f"s{number}"), landed_at=NOON)
    cursor, high = f"after {number}", str(10 + number)
    advanced = replace(
        extraction, segments=number + 1, cursor=cursor, high=high, records=7 * (number + 1)
    )
    return file, advanced


class ExtractionStateContract:
    def test_a_watermark_is_set_read_and_reset(self, state):
        assert state.watermark("flights") is None

        state.set_watermark(Watermark("flights", "5", NOON, "by hand"))
        assert state.watermark("flights") == Watermark("flights", "5", NOON, "by hand")
        assert state.watermark("planes") is None

        state.reset_watermark("flights")
        state.reset_watermark("flights")
        assert state.watermark("flights") is None

    def test_one_extraction_of_a_scope_is_under_way(self, state):
        assert state.begin_extraction(pass_of("r1")) is True
        assert state.begin_extraction(pass_of("r1")) is False
        assert state.begin_extraction(pass_of("r2")) is False
        assert state.begin_extraction(pass_of("r2", scope=WINDOW)) is True

        assert state.extraction("flights", LIVE) == pass_of("r1")
        assert state.extraction("planes", LIVE) is None

    @pytest.mark.parametrize(("watermark", "since"), [("5", "4"), ("5", ""), ("", "5")])
    def test_a_live_extraction_begins_at_the_watermark_only(self, state, watermark, since):
        if watermark:
            state.set_watermark(Watermark("flights", watermark, NOON, "by hand"))

        assert state.begin_extraction(pass_of("r1", since=since)) is False
        assert state.extraction("flights", LIVE) is None
        assert state.begin_extraction(pass_of("r1", scope=WINDOW, since=since)) is True
        assert state.begin_extraction(pass_of("r1", since=watermark)) is True

    def test_a_segment_lands_together_with_where_it_leads(self, state, files):
        state.begin_extraction(pass_of("r1"))
        file, advanced = segment(pass_of("r1"))

        assert state.land_segment(file, advanced) is True

        assert state.extraction("flights", LIVE) == advanced
        assert files.files_of_batch("r1") == [replace(file, status=FileStatus.LANDED)]
        assert files.open_batches("flights") == ["r1"]
        assert files.file("flights", "s0").status is FileStatus.LANDED

    def test_a_segment_of_one_number_lands_once(self, state, files):
        state.begin_extraction(pass_of("r1"))
        file, advanced = segment(pass_of("r1"))
        state.land_segment(file, advanced)

        other = replace(file, key="another", sha256="cd" * 32)
        assert state.land_segment(other, replace(advanced, cursor="elsewhere")) is False

        assert state.extraction("flights", LIVE) == advanced
        assert [landed.key for landed in files.files("flights")] == [file.key]

    def test_an_extraction_passes_to_another_when_its_lease_ends(self, state, files):
        state.begin_extraction(pass_of("r1"))
        file, advanced = segment(pass_of("r1"))
        taken = replace(pass_of("r1"), claimed_by="r2", lease_until=NOON + 2 * LEASE)

        assert state.claim_extraction(taken, NOON) is False
        assert state.claim_extraction(taken, NOON + LEASE) is True
        assert state.land_segment(file, advanced) is False

        assert state.extraction("flights", LIVE) == taken
        assert files.files("flights") == []
        assert state.land_segment(*segment(taken)) is True

    def test_its_holder_keeps_an_extraction_where_it_is(self, state):
        state.begin_extraction(pass_of("r1"))
        state.land_segment(*segment(pass_of("r1")))

        later = replace(pass_of("r1"), lease_until=NOON + 2 * LEASE)
        assert state.claim_extraction(later, NOON) is True

        held = state.extraction("flights", LIVE)
        assert (held.segments, held.cursor, held.lease_until) == (1, "after 0", NOON + 2 * LEASE)

    def test_a_whole_extraction_moves_the_watermark_and_never_begins_again(self, state):
        state.begin_extraction(pass_of("r1"))
        _, advanced = segment(pass_of("r1"))
        state.land_segment(*segment(pass_of("r1")))
        assert state.watermark("flights") is None
        ended = replace(advanced, ended_at=NOON + LEASE)

        assert state.end_extraction(ended) is True
        assert state.end_extraction(ended) is False

        assert state.watermark("flights") == Watermark("flights", "10", NOON + LEASE, "r1")
        assert state.extraction("flights", LIVE) is None
        assert state.ended_extraction("flights", LIVE, "r1") == ended
        assert state.ended_extraction("flights", WINDOW, "r1") is None
        again = replace(pass_of("r1", since="10"), extraction_id="another")
        assert state.begin_extraction(again) is False
        assert state.begin_extraction(pass_of("r2", since="10")) is True
        assert len(state.extractions("flights")) == 2

    def test_an_extraction_that_is_not_where_it_says_does_not_end(self, state):
        state.begin_extraction(pass_of("r1"))
        state.land_segment(*segment(pass_of("r1")))

        assert state.end_extraction(replace(pass_of("r1"), ended_at=NOON)) is False
        assert state.extraction("flights", LIVE) is not None
        assert state.extractions("planes") == []

    def test_an_extraction_that_saw_nothing_leaves_the_watermark(self, state):
        state.set_watermark(Watermark("flights", "5", NOON, "by hand"))
        state.begin_extraction(pass_of("r1", since="5"))

        assert state.end_extraction(replace(pass_of("r1", since="5"), ended_at=NOON)) is True
        assert state.watermark("flights").moved_by == "by hand"

    def test_a_window_does_not_touch_the_watermark(self, state):
        state.set_watermark(Watermark("flights", "5", NOON, "by hand"))
        window = pass_of("r1", scope=WINDOW, since="1")
        state.begin_extraction(window)
        _, advanced = segment(window)
        state.land_segment(*segment(window))

        assert state.end_extraction(replace(advanced, ended_at=NOON)) is True
        assert state.watermark("flights").value == "5"

    @pytest.mark.parametrize("by_hand", ["set", "reset"])
    def test_moving_the_watermark_gives_the_live_extraction_up(self, state, files, by_hand):
        state.begin_extraction(pass_of("r1"))
        state.begin_extraction(pass_of("r1", scope=WINDOW))

        if by_hand == "set":
            state.set_watermark(Watermark("flights", "3", NOON, "by hand"))
        else:
            state.reset_watermark("flights")

        file, advanced = segment(pass_of("r1"))
        assert state.claim_extraction(pass_of("r1"), NOON) is False
        assert state.land_segment(file, advanced) is False
        assert state.end_extraction(replace(advanced, ended_at=NOON)) is False
        assert files.files("flights") == []
        assert state.extraction("flights", WINDOW) is not None
