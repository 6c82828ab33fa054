"""Rules and transforms that look at other rows and other tables."""

import pytest
from lake import Lake
from test_writes import COLUMNS, batch, numbers, triples

from millrace_contracts import CommitKey
from millrace_etl.errors import SpecInvalid, TableMissing, TableMoved, TransformInvalid


def reasons(lake, run_id="r1"):
    return {row["row"]: row["reasons"] for row in lake.quarantined(run_id)}


@pytest.fixture
def airlines(session, aws):
    """Another dataset's refined table."""
    lake = Lake(session)
    lake.declare(
        [{"name": "code", "type": "string"}, {"name": "label", "type": "string"}],
        write={"partition_by": ["label"]},
    )
    lake.refine(lake.land("code,label\nAA,American\nUA,United\nUA,United\n"))
    return lake


def test_a_value_must_stand_in_the_table_that_its_column_references(lake, airlines):
    reference = {"dataset": airlines.dataset, "column": "code"}
    carrier = {"name": "carrier", "type": "string", "references": reference}
    lake.declare(
        [{"name": "id", "type": "int"}, carrier],
        transform=f"""
            SELECT s.*, a.label FROM source s
            LEFT JOIN (SELECT DISTINCT code, label FROM {airlines.dataset}) a ON a.code = s.carrier
            WHERE id <> 9
        """,
        keys=["id"],
    )

    event = lake.refine(lake.land("id,carrier\n1,AA\n2,XX\n3,\n4,UA\n4,AA\n9,AA\nx,YY\n"))

    told = f"carrier: references {airlines.dataset}.code"
    assert reasons(lake) == {"2,XX": [f"{told}: XX"], "x,YY": ["id: type int: x", f"{told}: YY"]}
    assert sorted((row["id"], row["label"]) for row in lake.rows()) == [
        (1, "American"),
        (3, None),
        (4, "American"),
    ]
    assert (event.rows_read, event.rows_written, event.rows_quarantined) == (7, 3, 2)
    assert (event.rows_dropped, event.rows_filtered) == (1, 1)
    start, complete = lake.lineage()
    assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
    assert [(each["namespace"], each["name"]) for each in complete["inputs"]] == [
        ("s3://landing", lake.dataset),
        ("s3://refined", airlines.dataset),
    ]
    assert complete["inputs"][0]["inputFacets"]["inputStatistics"]["rowCount"] == 7
    table = complete["outputs"][0]
    assert table["outputFacets"]["outputStatistics"]["rowCount"] == 3
    assert [(field["name"], field["type"]) for field in table["facets"]["schema"]["fields"]] == [
        ("id", "int"),
        ("carrier", "string"),
        ("label", "string"),
    ]


def test_a_table_that_cannot_be_read_is_named(lake, airlines):
    def refine(transform=None, **reference):
        column = {"name": "carrier", "type": "string"} | reference
        lake.declare([column], transform=transform)
        lake.refine(lake.land("carrier\nAA\n"))

    nowhere = {"references": {"dataset": "nowhere", "column": "code"}}
    no_column = {"references": {"dataset": airlines.dataset, "column": "cod"}}
    with pytest.raises(TableMissing, match="'nowhere' has no refined table yet"):
        refine(**nowhere)
    failed = lake.lineage()[-1]
    assert failed["eventType"] == "FAIL"
    assert failed["run"]["facets"]["errorMessage"]["message"].startswith("TableMissing: ")
    with pytest.raises(TableMissing, match="has no column 'cod'"):
        refine(**no_column)
    with pytest.raises(SpecInvalid, match=r"'carrier' is int, but .*\.code, .* is string"):
        refine(references={"dataset": airlines.dataset, "column": "code"}, type="int")
    with pytest.raises(TableMissing, match="'planes' has no refined table yet"):
        refine("SELECT s.* FROM source s JOIN planes USING (carrier)")
    with pytest.raises(TransformInvalid, match="is the table that it writes"):
        refine(f"SELECT s.* FROM source s JOIN {lake.dataset} USING (carrier)")
    assert lake.files() == []


def test_rows_of_a_table_that_changed_meanwhile_are_not_used(lake, airlines):
    lake.declare(
        [{"name": "carrier", "type": "string"}],
        transform=f"SELECT * FROM source WHERE carrier IN (SELECT code FROM {airlines.dataset})",
    )
    service = lake.service("r1", [lake.land("carrier\nAA\n")])
    stage = service.engine.stage

    def changed_while_read(work):
        staged = stage(work)
        key = str(CommitKey(airlines.dataset, 2))
        lake.store.put(
            "artifacts", key, lake.store.get("artifacts", key.replace("2.json", "1.json"))
        )
        return staged

    service.engine.stage = changed_while_read
    with pytest.raises(TableMoved, match="was changed by another run"):
        service.run()
    assert lake.files() == []


def test_a_unique_value_stays_with_the_first_row_that_keeps_every_rule(lake):
    unique = [COLUMNS[0] | {"unique": True}, COLUMNS[1], COLUMNS[2] | {"range": [0, 9]}]
    lake.declare(unique)
    one = batch(lake, "b1", (1, "x", 99), (1, "x", 1), (2, "x", 1), (1, "y", 2), ("", "x", 1))
    two = batch(lake, "b2", (2, "z", 1), ("", "z", 1), (3, "z", 1))

    first = lake.refine(one)
    second = lake.refine(two, run_id="r2")

    assert reasons(lake) == {
        "1,x,99": ["id: unique: 1", "v: range [0, 9]: 99"],
        "1,y,2": ["id: unique: 1"],
    }
    assert reasons(lake, "r2") == {"2,z,1": ["id: unique: 2"]}
    assert (first.rows_written, second.rows_written) == (3, 2)


def test_a_unique_value_may_stay_with_its_own_key_in_an_upsert(lake):
    unique = [COLUMNS[0], COLUMNS[1] | {"unique": True}, COLUMNS[2]]
    lake.declare(unique, keys=["id"], write={"mode": "upsert"})
    lake.refine(batch(lake, "b1", (1, "x", 1), (2, "y", 1)))

    lake.refine(batch(lake, "b2", (1, "x", 2), (3, "y", 2)), run_id="r2")

    assert triples(lake) == [(1, "x", 2), (2, "y", 1)]
    assert reasons(lake, "r2") == {"3,y,2": ["part: unique: y"]}


def test_a_warning_keeps_a_copy_and_writes_the_row(lake):
    columns = [COLUMNS[0] | {"required": True}, COLUMNS[1] | {"enum": ["x"]}, COLUMNS[2]]
    lake.declare(columns, on_bad_rows={"action": "warn"})
    file = batch(lake, "b1", (1, "x", 1), (2, "y", 1), ("", "x", 1), (3, "x", "bad"))

    event = lake.refine(file)

    assert numbers(event)["rows_written"] == 3
    assert event.rows_quarantined == 1
    assert {row["row"]: row["written"] for row in lake.quarantined()} == {
        "2,y,1": True,
        ",x,1": True,
        "3,x,bad": False,
    }
    assert lake.state.stages(f"{lake.dataset}-r1")[0].numbers["rows_warned"] == 2
