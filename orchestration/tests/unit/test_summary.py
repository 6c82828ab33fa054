from __future__ import annotations

import pytest

from millrace.athena import Answer
from millrace.costing import Bill
from millrace.report.summary import Summary

ETL = {
    "rows_read": 10,
    "rows_written": 6,
    "rows_quarantined": 2,
    "rows_dropped": 1,
    "rows_filtered": 1,
}
ROWS = Answer(("n",), (("1",),), 0)
NONE = Answer(("n",), (), 0)
NO_BILL = Bill(())


def test_a_run_whose_sum_holds_and_whose_tables_have_rows_is_complete():
    assert Summary({"etl": ETL}, {"refined.v": ROWS}, {}, NO_BILL).gaps() == []


@pytest.mark.parametrize(
    ("numbers", "samples", "gap"),
    [
        ({"etl": ETL | {"rows_written": 5}}, {}, "10 rows were read, 9 are accounted for"),
        ({}, {}, "etl recorded no numbers"),
        ({"etl": ETL}, {"forecast.flights": NONE}, "forecast.flights has no rows"),
    ],
)
def test_what_a_run_lacks_is_named(numbers, samples, gap):
    assert Summary(numbers, samples, {}, NO_BILL).gaps() == [gap]
