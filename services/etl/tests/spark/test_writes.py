"""How rows join the table: append, upsert, overwrite, and the same again."""

import threading

import pytest

from millrace_contracts.state import StageStatus
from millrace_etl.errors import SchemaChanged, TransformInvalid
from millrace_etl.runs.accounts import NUMBERS

COLUMNS = [
    {"name": "id", "type": "int"},
    {"name": "part", "type": "string"},
    {"name": "v", "type": "int"},
]


def triples(lake):
    return sorted((row["id"], row["part"], row["v"]) for row in lake.rows())


def batch(lake, name, *rows):
    text = "id,part,v\n" + "".join(f"{i},{part},{v}\n" for i, part, v in rows)
    return lake.land(text, batch=name, name=f"{name}.csv")


def numbers(event):
    return event.model_dump(include=set(NUMBERS))


@pytest.mark.parametrize("partition_by", [[], ["part"]])
def test_appended_batches_stay_once_however_often_they_are_processed(lake, partition_by):
    lake.declare(COLUMNS, write={"mode": "append", "partition_by": partition_by})
    one = batch(lake, "b1", (1, "x", 1), (2, "y", 1), (1, "x", 1))
    two = batch(lake, "b2", (1, "x", 2))

    first = lake.refine(one, run_id="r1")
    again = lake.refine(one, run_id="r1")
    both = lake.refine(one, two, run_id="r2")
    lake.refine(two, run_id="r3")

    assert numbers(again) == numbers(first)
    assert (both.rows_read, both.rows_written) == (4, 4)
    assert triples(lake) == [(1, "x", 1), (1, "x", 1), (1, "x", 2), (2, "y", 1)]


@pytest.mark.parametrize("keys", [["id", "part"], ["id"]])
def test_an_upsert_keeps_the_latest_row_of_each_key(lake, keys):
    lake.declare(COLUMNS, keys=keys, write={"mode": "upsert", "partition_by": ["part"]})
    one = batch(lake, "b1", (1, "x", 1), (2, "x", 1), (3, "y", 1), (4, "z", 1))
    two = batch(lake, "b2", (1, "x", 2), (5, "y", 2), (1, "x", 3))
    lake.refine(one, run_id="r1")
    untouched = {key for key in lake.files() if "part=z" in key}

    event = lake.refine(two, run_id="r2")
    lake.refine(one, run_id="r3")

    assert (event.rows_written, event.rows_dropped) == (2, 1)
    assert triples(lake) == [(1, "x", 3), (2, "x", 1), (3, "y", 1), (4, "z", 1), (5, "y", 2)]
    assert untouched == {key for key in lake.files() if "part=z" in key}


def test_a_row_that_moves_to_another_partition_leaves_the_old_one(lake):
    lake.declare(COLUMNS, keys=["id"], write={"mode": "upsert", "partition_by": ["part"]})
    lake.refine(batch(lake, "b1", (1, "x", 1), (2, "y", 1)), run_id="r1")

    lake.refine(batch(lake, "b2", (1, "y", 2)), run_id="r2")

    assert triples(lake) == [(1, "y", 2), (2, "y", 1)]
    assert not [key for key in lake.files() if "part=x" in key]


def test_an_upsert_without_partitions_rewrites_the_table(lake):
    lake.declare(COLUMNS, keys=["id"], write={"mode": "upsert"})
    lake.refine(batch(lake, "b1", (1, "x", 1), (2, "y", 1)), run_id="r1")

    lake.refine(batch(lake, "b2", (1, "y", 2)), run_id="r2")

    assert triples(lake) == [(1, "y", 2), (2, "y", 1)]


def test_an_overwrite_replaces_the_partitions_it_touches(lake):
    lake.declare(COLUMNS, write={"mode": "overwrite", "partition_by": ["part"]})
    lake.refine(batch(lake, "b1", (1, "x", 1), (2, "y", 1)), run_id="r1")

    lake.refine(batch(lake, "b2", (9, "x", 2)), run_id="r2")

    assert triples(lake) == [(2, "y", 1), (9, "x", 2)]


def test_of_equal_keys_the_later_file_and_the_later_row_win(lake):
    lake.declare(COLUMNS, keys=["id"], transform="select v + 0 as v, part, id from source")
    small = batch(lake, "b1", (1, "x", 1), (2, "x", 1), (2, "x", 2))
    filler = [(number, "f", 0) for number in range(100, 400)]
    big = batch(lake, "b2", *filler, (1, "x", 3))
    last = batch(lake, "b3", (1, "x", 4))

    event = lake.refine(small, big, last)

    assert (event.rows_read, event.rows_dropped) == (305, 3)
    assert triples(lake)[:2] == [(1, "x", 4), (2, "x", 2)]


def test_two_runs_at_once_leave_one_table(lake):
    lake.declare(COLUMNS, write={"mode": "append", "partition_by": ["part"]})
    one, two = batch(lake, "b1", (1, "x", 1)), batch(lake, "b2", (2, "x", 1))
    runs = [lake.service("r1", [one]), lake.service("r2", [one, two])]

    threads = [threading.Thread(target=run.run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert triples(lake) == [(1, "x", 1), (2, "x", 1)]


def test_a_changed_column_stops_the_run_before_the_table_changes(lake):
    lake.declare(COLUMNS)
    lake.refine(batch(lake, "b1", (1, "x", 1)), run_id="r1")
    lake.declare([*COLUMNS[:2], {"name": "v", "type": "double"}])

    with pytest.raises(SchemaChanged, match=r"have id int, part string, v double; the table has"):
        lake.refine(batch(lake, "b2", (2, "x", 1)), run_id="r2")

    assert triples(lake) == [(1, "x", 1)]
    assert lake.store.list("refined", f"_staging/{lake.dataset}/") == []


def test_what_the_transform_leaves_out_is_counted(lake):
    lake.declare(
        COLUMNS,
        transform="-- doubled\nSELECT id, part, CAST(v * 2 AS INT) AS v FROM source WHERE v > 0;",
        write={"partition_by": ["part"]},
    )

    event = lake.refine(batch(lake, "b1", (1, "x", 1), (2, "x", 0), ("bad", "x", 1)))

    assert numbers(event) == {
        "rows_read": 3,
        "rows_written": 1,
        "rows_quarantined": 1,
        "rows_dropped": 0,
        "rows_filtered": 1,
        "files_written": 1,
    }
    assert triples(lake) == [(1, "x", 2)]
    stage = lake.state.stages(f"{lake.dataset}-r1")[0]
    assert (stage.status, dict(stage.numbers)) == (StageStatus.SUCCEEDED, numbers(event))


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT id, v FROM source", r"write\.partition_by: 'part' is not a column .* id, v"),
        ("SELECT idd FROM source", "transform.sql: .*idd"),
        ("SELEC id", "transform.sql: .*"),
        ("DROP TABLE source", "transform.sql: .*PARSE_SYNTAX_ERROR"),
        ("SELECT *, rand() AS r FROM source", "gives other rows each time"),
        ("SELECT *, v AS `V 2` FROM source", "column 'V 2' must be lower case"),
        ("SELECT *, null AS n FROM source", "column 'n' has no type"),
        ("SELECT s.* FROM source s, (VALUES (1), (2)) AS t(n)", "gave 2 rows for 1"),
        ("SELECT 1 AS id, 'x' AS part, 2 AS v", "reads no row of source"),
        ("SELECT part FROM source", "every column .* is a partition column"),
    ],
)
def test_a_transform_that_cannot_be_right_is_named(lake, sql, told):
    lake.declare(COLUMNS, transform=sql, write={"partition_by": ["part"]})

    with pytest.raises(TransformInvalid, match=told):
        lake.refine(batch(lake, "b1", (1, "x", 1)))

    assert lake.files() == []


def test_a_batch_without_a_good_row_is_processed_all_the_same(lake):
    lake.declare(COLUMNS, keys=["id"], write={"mode": "upsert", "partition_by": ["part"]})
    file = batch(lake, "b1", ("bad", "x", 1), ("worse", "y", 1))

    event = lake.refine(file)

    assert (event.rows_read, event.rows_quarantined, event.files_written) == (2, 2, 0)
    assert lake.rows() == []
    assert lake.refine(file, run_id="r2").rows_read == 2


def test_a_transform_that_groups_still_drops_duplicates_the_same_way(lake):
    lake.declare(
        COLUMNS,
        keys=["id"],
        transform="SELECT id, part, max(v) AS v FROM source GROUP BY id, part",
    )

    event = lake.refine(batch(lake, "b1", (1, "x", 1), (1, "x", 2), (1, "y", 1)))

    assert (event.rows_filtered, event.rows_dropped, event.rows_written) == (1, 1, 1)
    assert triples(lake) == [(1, "y", 1)]
