import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_contracts.dataset import OnBadRows
from millrace_etl.errors import ConservationBroken, TooManyBadRows, TransformInvalid
from millrace_etl.runs.accounts import Stored, account, check_bad_rows, total
from millrace_etl.work import Counts

counted = st.lists(st.integers(0, 1000), min_size=4, max_size=4)


@given(counted, st.integers(-3, 3), st.integers(-3, 3))
def test_only_sums_that_hold_are_reported(parts, written_off, quarantined_off):
    written, bad, dropped, filtered = parts
    counts = Counts(sum(parts), bad, written + dropped, written)
    stored = Stored(written + written_off, bad + quarantined_off)

    if written_off + quarantined_off:
        with pytest.raises(ConservationBroken):
            account(counts, stored, 1)
    else:
        numbers = account(counts, stored, 1)
        assert numbers["rows_dropped"] == dropped
        assert numbers["rows_filtered"] == filtered


def test_a_transform_that_multiplies_rows_is_refused():
    with pytest.raises(TransformInvalid, match="gave 7 rows for 5"):
        account(Counts(6, 1, 7, 7), Stored(7, 1), 1)


def test_bad_rows_stop_a_run_only_where_the_dataset_says_so():
    counts = Counts(100, 5, 95, 95)
    check_bad_rows(counts, OnBadRows())
    check_bad_rows(counts, OnBadRows(halt_above=0.05))
    check_bad_rows(Counts(0, 0, 0, 0), OnBadRows(action="halt", halt_above=0))

    with pytest.raises(TooManyBadRows, match="5 of 100 rows are bad"):
        check_bad_rows(counts, OnBadRows(action="halt"))
    with pytest.raises(TooManyBadRows, match=r"a share of 0.0500; .* is 0.04"):
        check_bad_rows(counts, OnBadRows(halt_above=0.04))


def test_the_numbers_of_commits_add_up():
    assert total([{"rows_read": 1}, {"rows_read": 2}])["rows_read"] == 3
    assert set(total([]).values()) == {0}
