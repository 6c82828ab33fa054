"""Rows that are good as they are read, and bad by what the transform makes of them."""

import pytest
from test_writes import COLUMNS, batch, triples

from millrace_etl.errors import ReplayImpossible, TooManyBadRows, TransformInvalid

DOUBLED = """
SELECT id, part, v * 2 AS v, CASE WHEN part = 'z' THEN concat(part, ' is closed') END AS _bad
FROM source
"""
RULES = [
    {"name": "v", "type": "int", "required": True, "range": [0, 10]},
    {"name": "part", "type": "string", "enum": ["x", "y", "z"]},
]


def kept_aside(lake, run_id="r1"):
    return {row["row"]: row for row in lake.quarantined(run_id)}


def test_rows_that_are_bad_after_the_transform_are_kept_as_they_were_read(lake):
    lake.declare(COLUMNS, refined=RULES, transform=DOUBLED, keys=["id"])
    one = batch(lake, "b1", (1, "x", 1), (2, "y", 6), ("bad", "x", 1), (3, "z", ""), (4, "z", 2))
    two = batch(lake, "b2", (1, "x", 2), (5, "w", 1), (2, "y", 5))

    event = lake.refine(one, two)

    assert (event.rows_read, event.rows_written, event.rows_dropped) == (8, 2, 1)
    assert event.rows_quarantined == 5
    assert triples(lake) == [(1, "x", 4), (2, "y", 10)]
    bad = kept_aside(lake)
    assert {row: found["reasons"] for row, found in bad.items()} == {
        "2,y,6": ["refined v: range [0, 10]: 12"],
        "bad,x,1": ["id: type int: bad"],
        "3,z,": ["transform: z is closed", "refined v: required: null"],
        "4,z,2": ["transform: z is closed"],
        "5,w,1": ["refined part: enum x, y, z: w"],
    }
    places = {row: (found["file"], found["record"]) for row, found in bad.items()}
    assert places["3,z,"] == (one.key, 5)
    assert places["5,w,1"] == (two.key, 3)
    # A fix of the transform: all but one are good now.
    lake.declare(COLUMNS, refined=RULES, transform=DOUBLED.replace("'z' THEN", "'q' THEN"),
                 keys=["id"])  # fmt: skip
    told = {"mode": "replay", "replay_run_id": f"{lake.dataset}-r1"}
    done = lake.service("p1", [], **told).run()
    assert (done.rows_read, done.rows_written, done.rows_quarantined) == (5, 1, 4)
    assert kept_aside(lake) == {}
    assert kept_aside(lake, "p1")["3,z,"]["reasons"] == ["refined v: required: null"]
    assert triples(lake) == [(1, "x", 4), (2, "y", 10), (4, "z", 4)]


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ({"before": {"action": "halt"}}, "1 of 4 rows are bad; on_bad_rows.action is halt"),
        ({"during": {"action": "halt"}}, "1 of 3 rows of the transform are bad by what it tells"),
        ({"after": {"halt_above": 0.4}}, "2 of 3 .* by the rules of refined, a share of 0.6667"),
    ],
)
def test_a_run_halts_at_the_point_that_its_dataset_says(lake, policies, told):
    lake.declare(COLUMNS, refined=RULES, transform=DOUBLED, on_bad_rows=policies)
    file = batch(lake, "b1", ("bad", "x", 1), (1, "x", 7), (2, "z", 8), (3, "x", 1))

    with pytest.raises(TooManyBadRows, match=told):
        lake.refine(file)

    assert lake.files() == []
    assert len(kept_aside(lake)) == 3


def test_a_warning_after_the_transform_keeps_a_copy_and_writes_the_row(lake):
    policies = {"after": {"action": "warn"}, "during": {"action": "quarantine"}}
    lake.declare(COLUMNS, refined=RULES, transform=DOUBLED, on_bad_rows=policies)

    event = lake.refine(batch(lake, "b1", (1, "x", 7), (2, "z", 8), (3, "x", 1)))

    assert (event.rows_written, event.rows_quarantined) == (2, 1)
    assert triples(lake) == [(1, "x", 14), (3, "x", 2)]
    assert set(lake.rows()[0]) == {"id", "part", "v"}
    assert {row: found["written"] for row, found in kept_aside(lake).items()} == {
        "1,x,7": True,
        "2,z,8": False,
    }
    assert lake.state.stages(f"{lake.dataset}-r1")[0].numbers["rows_warned"] == 1


def test_a_bad_row_of_many_is_kept_as_the_transform_gave_it(lake):
    lake.declare(
        COLUMNS, refined=RULES, transform="SELECT part, max(v) AS v FROM source GROUP BY part"
    )

    event = lake.refine(batch(lake, "b1", (1, "x", 99), (2, "x", 1), (3, "y", 1)))

    assert (event.rows_filtered, event.rows_written, event.rows_quarantined) == (1, 1, 1)
    row = kept_aside(lake)['{"part":"x","v":99}']
    assert (row["file"], row["record"], row["counted"]) == (None, None, "refined")
    with pytest.raises(ReplayImpossible, match="of a transform that groups rows"):
        lake.service("p1", [], mode="replay", replay_run_id=f"{lake.dataset}-r1").run()


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT id, part, CAST(v AS BIGINT) AS v FROM source", "'v' is declared int, .* bigint"),
        ("SELECT id, part FROM source", "refined: 'v' is not a column"),
        ("SELECT *, 1 AS _bad FROM source", "column '_bad' is int, not string"),
    ],
)
def test_a_transform_without_what_the_rules_need_is_refused(lake, sql, told):
    lake.declare(COLUMNS, refined=RULES, transform=sql)

    with pytest.raises(TransformInvalid, match=told):
        lake.refine(batch(lake, "b1", (1, "x", 1)))
