"""What happens to a table over time: late rows, new columns, compaction, replays."""

import io
from decimal import Decimal

import duckdb
import pyarrow.parquet as pq
import pytest
from test_writes import COLUMNS, batch, triples

from millrace_etl.errors import ReplayImpossible, SchemaChanged

ORDERED = {"mode": "upsert", "partition_by": ["part"], "order_by": "v"}


@pytest.mark.parametrize("keys", [["id", "part"], ["id"]])
def test_of_equal_keys_the_largest_of_the_ordering_column_wins_however_late(lake, keys):
    lake.declare(COLUMNS, keys=keys, write=ORDERED)
    one = batch(lake, "b1", (1, "x", 5), (1, "x", 3), (2, "x", ""), (3, "y", 7))
    two = batch(lake, "b2", (1, "x", 4), (2, "x", 1), (3, "y", ""), (4, "y", ""), (3, "y", 7))

    first = lake.refine(one, run_id="r1")
    second = lake.refine(two, run_id="r2")

    assert (first.rows_written, first.rows_dropped) == (3, 1)
    assert (second.rows_written, second.rows_dropped) == (3, 2)
    assert triples(lake) == [(1, "x", 5), (2, "x", 1), (3, "y", 7), (4, "y", None)]


def test_columns_are_added_and_older_files_stay_readable(lake):
    write = {"mode": "upsert", "partition_by": ["part"], "schema": "evolve"}
    wide = [*COLUMNS[:2], {"name": "v", "type": "bigint"}]
    lake.declare(wide, keys=["id", "part"], write=write)
    lake.refine(batch(lake, "b1", (1, "x", 9000000000), (2, "x", 2), (3, "y", 3)))
    lake.declare([*COLUMNS, {"name": "w", "type": "double"}], keys=["id", "part"], write=write)

    lake.refine(lake.land("id,part,v,w\n1,x,1,0.5\n", batch="b2"), run_id="r2")
    lake.declare(COLUMNS, keys=["id", "part"], write=write)
    lake.refine(batch(lake, "b3", (2, "x", 4)), run_id="r3")

    rows = {row["id"]: (row["v"], row.get("w")) for row in lake.rows()}
    assert rows == {1: (1, 0.5), 2: (4, None), 3: (3, None)}
    kinds = [pq.read_schema(io.BytesIO(lake.store.get("refined", key))) for key in lake.files()]
    assert {str(kind.field("v").type) for kind in kinds} == {"int64"}, "a narrower batch is widened"


@pytest.mark.parametrize("mode", ["append", "upsert", "overwrite"])
def test_a_wider_type_is_taken_by_the_whole_table(lake, mode):
    write = {"mode": mode, "partition_by": ["part"], "schema": "evolve"}
    narrow = [*COLUMNS, {"name": "m", "type": "decimal(5,2)"}]
    wide = [*COLUMNS[:2], COLUMNS[2] | {"type": "bigint"}, narrow[3] | {"type": "decimal(9,2)"}]
    keys = ["id", "part"] if mode == "upsert" else []
    lake.declare(narrow, keys=keys, write=write)
    lake.refine(lake.land("id,part,v,m\n1,x,1,1.25\n2,y,2,\n", batch="b1"), run_id="r1")
    lake.declare(wide, keys=keys, write=write)
    file = lake.land("id,part,v,m\n3,x,9000000000,1234567.89\nbad,x,1,1\n", batch="b2")

    event = lake.refine(file, run_id="r2")
    again = lake.refine(file, run_id="r2")

    assert (event.rows_read, event.rows_written, event.rows_quarantined) == (2, 1, 1)
    assert again.rows_written == 1
    assert len(lake.quarantined("r2")) == 1
    # Read by DuckDB, which knows nothing of the commits.
    urls = [str(lake.path("refined", key)) for key in lake.files()]
    found = duckdb.sql(f"SELECT id, part, v, m FROM read_parquet({urls}, hive_partitioning = true)")
    assert [str(kind) for kind in found.types] == ["INTEGER", "VARCHAR", "BIGINT", "DECIMAL(9,2)"]
    old = [] if mode == "overwrite" else [(1, "x", 1, Decimal("1.25"))]
    new = [(2, "y", 2, None), (3, "x", 9000000000, Decimal("1234567.89"))]
    assert sorted(found.fetchall()) == old + new
    kinds = [pq.read_schema(io.BytesIO(lake.store.get("refined", key))) for key in lake.files()]
    assert {str(kind.field("v").type) for kind in kinds} == {"int64"}
    # And by Spark, in a run that reads every partition.
    assert lake.service("c1", [], mode="compact").run().rows_written == 0
    lake.declare(narrow, keys=keys, write=write)
    lake.refine(lake.land("id,part,v,m\n4,y,4,4.5\n", batch="b3"), run_id="r3")
    assert (4, "y", 4) in triples(lake)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"name": "v", "type": "double"}, "'v' is int in the table and double"),
        ({"name": "v", "type": "string"}, "'v' is int in the table and string"),
    ],
)
def test_a_change_that_older_files_could_not_be_read_with_is_refused(lake, column, told):
    lake.declare(COLUMNS, write={"schema": "evolve"})
    lake.refine(batch(lake, "b1", (1, "x", 1)))
    lake.declare([*COLUMNS[:2], column], write={"schema": "evolve"})

    with pytest.raises(SchemaChanged, match=told):
        lake.refine(batch(lake, "b2", (2, "x", 2)), run_id="r2")

    assert triples(lake) == [(1, "x", 1)]


def test_compaction_leaves_the_same_rows_in_fewer_files(lake):
    lake.declare(COLUMNS, write={"partition_by": ["part"]})
    for number in range(3):
        file = batch(lake, f"b{number}", (number, "x", 1))
        lake.refine(file, run_id=f"r{number}")
    lake.refine(batch(lake, "b9", (9, "y", 1)), run_id="r9")
    before, untouched = triples(lake), {key for key in lake.files() if "part=y" in key}

    done = lake.service("c1", [], mode="compact").run()
    again = lake.service("c2", [], mode="compact").run()

    assert (done.files_written, done.rows_written, again.files_written) == (1, 0, 0)
    assert triples(lake) == before
    assert len(lake.files()) == 2
    assert untouched < set(lake.files())
    # A file that was appended before is still known to be there.
    assert lake.refine(file, run_id="r10").rows_read == 1
    assert triples(lake) == before


def test_quarantined_rows_are_run_again_after_a_fix(lake):
    strict = [*COLUMNS[:2], COLUMNS[2] | {"range": [0, 5]}]
    lake.declare(strict, on_bad_rows={"action": "quarantine"})
    files = [
        lake.land('id,part,v\n1,x,1\n\n2,y,7\n3,"z",8\n4\n', name="a.csv"),
        lake.land("part,v,id\nx,9,5\nx,6,6\n", name="b.csv"),
    ]
    assert lake.refine(*files).rows_quarantined == 5
    lake.declare([*COLUMNS[:2], COLUMNS[2] | {"range": [0, 8]}])
    replay = {"mode": "replay", "replay_run_id": f"{lake.dataset}-r1"}

    done = lake.service("p1", [], **replay).run()
    again = lake.service("p2", [], **replay).run()

    assert (done.rows_read, done.rows_written, done.rows_quarantined) == (5, 3, 2)
    assert (again.rows_read, again.rows_written) == (0, 0)
    assert triples(lake) == [(1, "x", 1), (2, "y", 7), (3, "z", 8), (6, "x", 6)]
    assert lake.quarantined() == []
    assert {(row["file"], row["record"]) for row in lake.quarantined("p1")} == {
        (files[0].key, 6),
        (files[1].key, 2),
    }
    lake.store.delete("landing", [files[0].key])
    lake.store.put("landing", files[0].key, b"id,part,v\n1,x,1\n")
    with pytest.raises(ReplayImpossible, match="2 rows are quarantined, but 1 were found"):
        lake.service("p3", [], mode="replay", replay_run_id=f"{lake.dataset}-p1").run()


def test_records_over_several_lines_and_of_decoded_files_are_found_again(lake):
    lake.declare([{"name": "a", "type": "int"}, {"name": "b", "type": "string"}])
    lake.refine(lake.land('a,b\n1,"x\ny"\nbad,"z\n"\n'), run_id="r1")
    lake.declare([{"name": "a", "type": "string"}, {"name": "b", "type": "string"}])
    # The table of integers is not the one that the fixed rows belong to.
    with pytest.raises(SchemaChanged):
        lake.service("p1", [], mode="replay", replay_run_id=f"{lake.dataset}-r1").run()
    lake.declare(
        [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}],
        transform="SELECT coalesce(try_cast(a AS INT), -1) AS a, b FROM source",
    )

    lake.service("p2", [], mode="replay", replay_run_id=f"{lake.dataset}-r1").run()

    assert sorted((row["a"], row["b"]) for row in lake.rows()) == [(-1, "z\n"), (1, "x\ny")]
