"""One run of the real pipeline on real flights, some of them broken, and what it leaves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pyarrow.dataset as pads
import pytest
from checkout import Checkout, some_flights

BROKEN = [
    {"month": "13"},
    {"dep_delay": "late"},
    {"carrier": ""},
    {"origin": "XXX"},
    {"distance": "0"},
]


@dataclass(frozen=True)
class Finished:
    """A checkout after its first run."""

    checkout: Checkout
    offered: int
    """Rows in the source, broken ones included."""
    good: list[dict[str, str]]
    output: str
    status: int


@pytest.fixture(scope="module")
def finished(checkout: Checkout) -> Finished:
    good = some_flights(every=40)
    broken = [good[index] | damage for index, damage in enumerate(BROKEN)]
    rows = good[:1000] + broken + good[1000:]
    checkout.offer("flights-1.csv", rows[:4000])
    checkout.offer("flights-2.csv", rows[4000:])
    done = checkout.millrace("run", "flights")
    return Finished(checkout, len(rows), good, done.stdout + done.stderr, done.returncode)


def test_the_run_succeeds_and_leaves_no_process_behind(finished):
    assert finished.status == 0, finished.output
    assert finished.checkout.processes() == []


def test_progress_tells_each_state_with_its_counts(finished):
    for state in ("Ingest", "CrawlLanding", "Etl", "CrawlRefined", "View", "Train", "Forecast"):
        assert re.search(rf"✓ {state}\s", finished.output), state
    assert "2 files landed" in finished.output
    assert f"{finished.offered:,} rows read" in finished.output


def test_every_row_is_accounted_for(finished):
    good, broken = len(finished.good), len(BROKEN)

    assert (
        f"{good + broken:,} read = {good:,} written + {broken} quarantined"
        " + 0 duplicates dropped + 0 filtered"
    ) in finished.output


def test_the_summary_shows_views_forecast_places_and_times(finished):
    for words in (
        "refined.carrier_punctuality",
        "refined.daily_departures",
        "forecast.flights",
        "Time per stage",
        "Spark",
        "all the rest",
    ):
        assert words in finished.output


def test_refined_holds_the_good_rows_as_another_library_reads_them(finished):
    (folder,) = finished.checkout.home.glob("lake/*refined*/flights")
    table = pads.dataset(folder, partitioning="hive").to_table()

    def written(column: str) -> Counter[object]:
        return Counter(table[column].to_pylist())

    assert table.num_rows == len(finished.good)
    assert written("tailnum") == Counter(
        None if row["tailnum"] == "NA" else row["tailnum"] for row in finished.good
    )
    assert written("dep_delay") == Counter(
        None if row["dep_delay"] == "NA" else float(row["dep_delay"]) for row in finished.good
    )
    assert written("flight_month") == Counter(
        f"{row['year']}-{int(row['month']):02d}" for row in finished.good
    )


def test_quarantine_holds_the_broken_rows_with_their_reasons(finished):
    (folder,) = finished.checkout.home.glob("lake/*quarantine*/flights")
    rows = pads.dataset(folder, partitioning="hive").to_table().to_pylist()

    assert len(rows) == len(BROKEN)
    told = "\n".join(str(row) for row in rows)
    for word in ("month", "dep_delay", "late", "carrier", "XXX", "distance"):
        assert word in told


def test_a_second_run_finds_nothing_new_and_costs_no_more_than_asking(finished):
    done = finished.checkout.millrace("run", "flights")

    assert done.returncode == 0
    assert "Nothing new" in done.stdout
    assert "Etl" not in done.stdout


def test_the_three_tables_are_queryable_and_still_are_after_down_and_up(finished):
    checkout = finished.checkout
    by_origin = Counter(row["origin"] for row in finished.good)
    sql = "select origin, count(*) as n from refined.flights group by 1"

    for _ in range(2):
        assert checkout.millrace("up").returncode == 0
        found = {row["origin"]: int(row["n"]) for row in checkout.query(sql)}
        assert found == by_origin
        landed = checkout.query("select count(*) as n from landing.flights")
        assert int(landed[0]["n"]) == finished.offered
        ahead = checkout.query("select count(*) as n from forecast.flights")
        assert int(ahead[0]["n"]) == 3 * 14
        assert checkout.millrace("down").returncode == 0
    assert checkout.processes() == []


def test_csv_is_printed_plain_for_other_programs(finished):
    done = finished.checkout.millrace(
        "query", "select count(*) as n from refined.flights", "--format", "csv"
    )

    assert done.stdout == f"n\n{len(finished.good)}\n"


def test_a_wrong_query_fails_in_athena_s_words(finished):
    done = finished.checkout.millrace("query", "select * from refined.nothing")

    assert done.returncode == 1
    assert "TABLE_NOT_FOUND" in done.stderr


def test_status_tells_what_the_runs_did(finished):
    done = finished.checkout.millrace("status")
    run_id = re.search(r"flights-\d{8}T\d{6}-\w{4}", finished.output)
    assert run_id is not None

    assert "SUCCEEDED" in done.stdout
    assert "NOTHING_NEW" in done.stdout
    stages = finished.checkout.millrace("status", run_id[0])
    assert f"{finished.offered:,} rows read" in stages.stdout
