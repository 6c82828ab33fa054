from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from millrace_contracts.state import MemoryRunState, StageRecord, StageStatus
from millrace_view.adapters.memory import MemoryCatalog, MemoryViewFiles, MemoryWarehouse
from millrace_view.errors import (
    NameTaken,
    SqlRejected,
    TableNotReady,
    ViewMalformed,
    ViewsBusy,
)
from millrace_view.making import MakeViews
from millrace_view.parsing import Source

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
FLIGHTS = Source("refined", "flights")
COLUMNS = (("origin", "string"),)
FILES = {
    "datasets/flights/dataset.json": "{}",
    "datasets/flights/views/busiest.sql": "select origin from refined.daily",
    "datasets/flights/views/daily.sql": "select origin from refined.flights",
    "datasets/planes/dataset.json": "{}",
    "datasets/planes/views/fleet.sql": "select 1 as one",
}
READS_FLIGHTS = {"datasets/planes/views/fleet.sql": "select * from refined.flights"}


class Clock:
    """Time that passes by waiting only."""

    def __init__(self):
        self.moment = NOON

    def now(self):
        return self.moment

    def sleep(self, seconds):
        self.moment += timedelta(seconds=seconds)


def _make(files=FILES, tables=(FLIGHTS,)):
    clock = Clock()
    catalog = MemoryCatalog(dict.fromkeys(tables, COLUMNS))
    warehouse = MemoryWarehouse(catalog)
    return MakeViews(
        MemoryRunState(), MemoryViewFiles(files), catalog, warehouse, clock.now, clock.sleep
    )


def test_views_are_made_in_the_order_they_need_and_the_stage_is_recorded():
    make = _make()
    ready = make.make("flights", "r1", LATER)

    assert ready.views == ("daily", "busiest")
    (stage,) = make.state.stages("r1")
    assert (stage.stage, stage.status) == ("view", StageStatus.SUCCEEDED)
    assert stage.numbers == {"views": 2}


def test_making_twice_gives_the_same_views():
    make = _make()
    first = make.make("flights", "r1", LATER)
    views = dict(make.warehouse.views)

    assert make.make("flights", "r1", LATER) == first
    assert make.warehouse.views == views


def test_a_dataset_without_views_is_done():
    assert _make().make("airports", "r1", LATER).views == ()


def test_a_table_that_no_crawler_has_made_is_awaited_and_the_stage_says_so():
    make = _make(tables=())
    with pytest.raises(TableNotReady, match=r"daily\.sql, line 1, column 28: refined\.flights"):
        make.make("flights", "r1", LATER)
    assert make.state.stages("r1")[0].status is StageStatus.FAILED

    make.catalog.tables[FLIGHTS] = COLUMNS
    assert make.make("flights", "r1", LATER).views == ("daily", "busiest")


def test_a_table_that_nothing_would_make_is_not_awaited():
    make = _make(FILES | {"datasets/flights/views/daily.sql": "select a\nfrom refined.flihgts"})

    with pytest.raises(ViewMalformed, match=r"daily\.sql, line 2, column 14: refined\.flihgts"):
        make.make("flights", "r1", LATER)


def test_views_wait_for_a_crawl_that_began_after_the_runs_etl_had_ended():
    make = _make()
    etl = StageRecord("r1", "flights", "etl", StageStatus.SUCCEEDED, NOON, ended_at=NOON)
    make.state.put_stage(etl)
    for make.catalog.crawled_at in (None, NOON - timedelta(seconds=1)):
        with pytest.raises(TableNotReady, match="has not been crawled since"):
            make.make("flights", "r1", LATER)
        assert make.warehouse.made == []

    make.catalog.crawled_at = NOON
    assert make.make("flights", "r1", LATER).views == ("daily", "busiest")


def test_an_etl_that_is_not_done_is_not_waited_for():
    make = _make()
    make.state.put_stage(StageRecord("r1", "flights", "etl", StageStatus.RUNNING, NOON))

    assert make.make("flights", "r1", LATER).views == ("daily", "busiest")


def test_a_malformed_file_stops_before_any_view_is_made():
    make = _make(FILES | {"datasets/flights/views/zz.sql": "delete from refined.flights"})

    with pytest.raises(ViewMalformed, match=r"zz\.sql"):
        make.make("flights", "r1", LATER)
    assert make.warehouse.views == {}


def test_a_view_may_not_take_the_name_of_the_table():
    make = _make({"datasets/flights/views/flights.sql": "select 1 as one"})

    with pytest.raises(ViewMalformed, match="name of the table"):
        make.make("flights", "r1", LATER)


def test_a_view_may_not_take_the_name_of_another_datasets_table():
    make = _make(FILES | {"datasets/flights/views/planes.sql": "select 1 as one"})

    with pytest.raises(NameTaken, match=r"refined\.planes is the table of dataset planes"):
        make.make("flights", "r1", LATER)


def test_two_datasets_cannot_have_a_view_of_one_name():
    make = _make(FILES | {"datasets/planes/views/daily.sql": "select 2 as two"})
    make.make("flights", "r1", LATER)
    daily = make.warehouse.views["daily"]

    with pytest.raises(NameTaken, match=r"planes/views/daily\.sql.*dataset flights"):
        make.make("planes", "r2", LATER)
    assert make.warehouse.views["daily"] == daily


def test_a_dropped_file_drops_its_view_and_frees_its_name_for_others():
    make = _make()
    make.make("flights", "r1", LATER)
    del make.files.by_key["datasets/flights/views/busiest.sql"]

    ready = make.make("flights", "r2", LATER)

    assert (ready.views, ready.dropped) == (("daily",), ("busiest",))
    assert set(make.warehouse.views) == {"daily"}
    assert make.state.stages("r2")[0].numbers == {"views": 1, "views_dropped": 1}
    make.files.by_key["datasets/planes/views/busiest.sql"] = "select 1 as one"
    assert "busiest" in make.make("planes", "r3", LATER).views


def test_the_last_file_that_is_dropped_drops_its_view_too():
    make = _make()
    make.make("planes", "r1", LATER)
    del make.files.by_key["datasets/planes/views/fleet.sql"]

    assert make.make("planes", "r2", LATER).dropped == ("fleet",)
    assert make.make("planes", "r3", LATER).dropped == ()


def test_only_views_that_this_dataset_made_are_dropped():
    make = _make()
    make.catalog.tables[Source("refined", "by_hand")] = COLUMNS
    make.make("flights", "r1", LATER)
    make.make("planes", "r2", LATER)

    make.make("flights", "r3", LATER)

    assert not [name for name in make.warehouse.made if name.startswith("-")]


def test_a_run_that_died_between_claiming_and_making_is_mended_by_the_next():
    make = _make()
    make.warehouse.rejected.add("busiest")
    with pytest.raises(SqlRejected):
        make.make("flights", "r1", LATER)

    make.warehouse.rejected.clear()
    assert make.make("flights", "r1", LATER).views == ("daily", "busiest")


def test_views_of_other_datasets_are_made_anew_when_what_they_read_has_changed():
    make = _make(FILES | READS_FLIGHTS)
    make.make("planes", "r1", LATER)
    assert make.make("flights", "r2", LATER).renewed == ()

    make.catalog.tables[FLIGHTS] = (*COLUMNS, ("dest", "string"))
    ready = make.make("flights", "r3", LATER)

    assert ready.renewed == ("fleet",)
    assert make.catalog.columns(Source("refined", "fleet")) == make.catalog.tables[FLIGHTS]
    assert make.state.stages("r3")[0].numbers == {"views": 2, "views_renewed": 1}
    assert make.make("flights", "r4", LATER).renewed == ()


def test_a_dataset_without_views_renews_those_of_others_that_read_its_table():
    make = _make(READS_FLIGHTS | {"datasets/planes/dataset.json": "{}"})
    make.make("planes", "r1", LATER)
    make.catalog.tables[FLIGHTS] = (("dest", "string"),)

    assert make.make("flights", "r2", LATER).renewed == ("fleet",)


def test_a_view_of_another_dataset_that_a_change_breaks_is_named_and_fails_its_own_run():
    make = _make(FILES | READS_FLIGHTS)
    make.make("planes", "r1", LATER)
    make.catalog.tables[FLIGHTS] = (("dest", "string"),)
    make.warehouse.rejected.add("fleet")

    assert make.make("flights", "r2", LATER).broken == ("fleet",)
    with pytest.raises(SqlRejected):
        make.make("planes", "r3", LATER)


def test_one_run_at_a_time_changes_views():
    make = _make()
    make.state.acquire_lease("views", "another", NOON, LATER + timedelta(minutes=5))
    with pytest.raises(ViewsBusy):
        make.make("flights", "r1", LATER)

    make.state.release_lease("views", "another")
    patient = replace(make)
    assert patient.make("flights", "r1", LATER + timedelta(minutes=5)).views == ("daily", "busiest")
    assert make.state.acquire_lease("views", "another", LATER, LATER + timedelta(minutes=9))
