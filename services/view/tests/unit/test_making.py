from datetime import UTC, datetime

import pytest

from millrace_contracts.state import MemoryRunState, StageStatus
from millrace_view.adapters.memory import MemoryViewFiles, MemoryWarehouse
from millrace_view.errors import TableNotReady, ViewMalformed
from millrace_view.making import MakeViews

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
FILES = {
    "datasets/flights/views/busiest.sql": "select origin from refined.daily",
    "datasets/flights/views/daily.sql": "select origin from refined.flights",
    "datasets/planes/views/fleet.sql": "select 1 as one",
}


def _make(files=FILES, tables=("flights",)):
    return MakeViews(
        MemoryRunState(), MemoryViewFiles(files), MemoryWarehouse(tables), lambda: NOON
    )


def test_views_are_made_in_the_order_they_need_and_the_stage_is_recorded():
    make = _make()
    ready = make.make("flights", "r1", NOON)

    assert ready.views == ("daily", "busiest")
    (stage,) = make.state.stages("r1")
    assert (stage.stage, stage.status) == ("view", StageStatus.SUCCEEDED)
    assert stage.numbers == {"views": 2}


def test_making_twice_gives_the_same_views():
    make = _make()
    first = make.make("flights", "r1", NOON)
    views = dict(make.warehouse.views)

    assert make.make("flights", "r1", NOON) == first
    assert make.warehouse.views == views


def test_a_dataset_without_views_is_done():
    assert _make().make("airports", "r1", NOON).views == ()


def test_a_table_that_no_crawler_has_made_is_awaited_and_the_stage_says_so():
    make = _make(tables=())
    with pytest.raises(TableNotReady, match=r"daily\.sql"):
        make.make("flights", "r1", NOON)
    assert make.state.stages("r1")[0].status is StageStatus.FAILED

    make.warehouse.tables.add("flights")
    assert make.make("flights", "r1", NOON).views == ("daily", "busiest")


def test_a_malformed_file_stops_before_any_view_is_made():
    make = _make(FILES | {"datasets/flights/views/zz.sql": "delete from refined.flights"})

    with pytest.raises(ViewMalformed, match=r"zz\.sql"):
        make.make("flights", "r1", NOON)
    assert make.warehouse.views == {}


def test_a_view_may_not_take_the_name_of_the_table():
    make = _make({"datasets/flights/views/flights.sql": "select 1 as one"})

    with pytest.raises(ViewMalformed, match="name of the table"):
        make.make("flights", "r1", NOON)
