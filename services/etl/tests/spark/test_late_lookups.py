"""Unique values and foreign keys of what the transform gives."""

import pytest
from lake import Lake
from test_writes import COLUMNS, batch, triples

from millrace_etl.errors import SpecInvalid, TableMissing

CODED = "SELECT id, upper(part) AS part, v FROM source"
UNIQUE = [
    {"name": "part", "type": "string", "unique": True},
    {"name": "v", "type": "int", "range": [0, 9]},
]


def reasons(lake, run_id="r1"):
    return {row["row"]: row["reasons"] for row in lake.quarantined(run_id)}


@pytest.fixture
def depots(session, aws):
    """Another dataset's refined table."""
    lake = Lake(session)
    lake.declare([{"name": "code", "type": "string"}])
    lake.refine(lake.land("code\nX\nY\nY\n"))
    return lake


def test_a_refined_value_must_stand_in_the_table_that_its_column_references(lake, depots):
    reference = {"dataset": depots.dataset, "column": "code"}
    part = {"name": "part", "type": "string", "references": reference}
    lake.declare(COLUMNS, refined=[part], transform=CODED)
    file = batch(lake, "b1", (1, "x", 1), (2, "y", 1), (3, "q", 1), (4, "", 1), ("no", "q", 1))

    event = lake.refine(file)

    assert (event.rows_read, event.rows_written, event.rows_quarantined) == (5, 3, 2)
    assert triples(lake) == [(1, "X", 1), (2, "Y", 1), (4, None, 1)]
    assert reasons(lake) == {
        "3,q,1": [f"refined part: references {depots.dataset}.code: Q"],
        "no,q,1": ["id: type int: no"],
    }
    assert {(row["file"], row["record"]) for row in lake.quarantined()} == {
        (file.key, 4),
        (file.key, 6),
    }
    assert [each["name"] for each in lake.lineage()[-1]["inputs"]] == [lake.dataset, depots.dataset]
    # The missing one comes, and what was refused is run again.
    depots.refine(depots.land("code\nQ\n", batch="b2"), run_id="r2")
    replay = {"mode": "replay", "replay_run_id": f"{lake.dataset}-r1"}
    done = lake.service("p1", [], **replay).run()
    assert (done.rows_read, done.rows_written, done.rows_quarantined) == (2, 1, 1)
    assert (3, "Q", 1) in triples(lake)


def test_a_reference_of_a_refined_column_that_leads_nowhere_is_named(lake, depots):
    def refine(kind, **reference):
        declared = {"name": "id", "type": kind, "references": reference}
        cast = f"SELECT CAST(id AS {kind}) AS id, part, v FROM source"
        lake.declare(COLUMNS, refined=[declared], transform=cast)
        lake.refine(batch(lake, "b1", (1, "x", 1)))

    with pytest.raises(TableMissing, match="'nowhere' has no refined table yet"):
        refine("int", dataset="nowhere", column="code")
    with pytest.raises(SpecInvalid, match=r"'id' is int, but .*\.code, .* is string"):
        refine("int", dataset=depots.dataset, column="code")


def test_a_refined_value_stays_with_the_first_row_that_keeps_every_other_rule(lake):
    lake.declare(COLUMNS, refined=UNIQUE, transform=CODED)
    first = lake.refine(batch(lake, "b1", (1, "x", 99), (2, "X", 1), (3, "x", 2), (4, "", 1)))
    second = lake.refine(batch(lake, "b2", (5, "x", 1), (6, "", 1), (7, "z", 1)), run_id="r2")

    assert reasons(lake) == {
        "1,x,99": ["refined part: unique: X", "refined v: range [0, 9]: 99"],
        "3,x,2": ["refined part: unique: X"],
    }
    assert reasons(lake, "r2") == {"5,x,1": ["refined part: unique: X"]}
    assert (first.rows_written, second.rows_written) == (2, 2)
    assert triples(lake) == [(2, "X", 1), (4, None, 1), (6, None, 1), (7, "Z", 1)]
    assert set(lake.rows()[0]) == {"id", "part", "v"}


def test_in_an_upsert_a_refined_value_may_stay_with_its_own_key(lake):
    lake.declare(
        COLUMNS, refined=UNIQUE, transform=CODED, keys=["id"], write={"mode": "upsert"}
    )  # fmt: skip
    lake.refine(batch(lake, "b1", (1, "x", 1), (2, "y", 1), (1, "X", 3)))

    event = lake.refine(batch(lake, "b2", (1, "x", 2), (3, "y", 2), (4, "w", 1)), run_id="r2")

    assert triples(lake) == [(1, "X", 2), (2, "Y", 1), (4, "W", 1)]
    assert reasons(lake) == {}
    assert reasons(lake, "r2") == {"3,y,2": ["refined part: unique: Y"]}
    assert (event.rows_written, event.rows_quarantined, event.rows_dropped) == (2, 1, 0)
