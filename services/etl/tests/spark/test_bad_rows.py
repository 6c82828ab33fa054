"""Bad rows are kept with every rule they broke; good ones never pay for them."""

import pytest

from millrace_contracts.state import StageStatus
from millrace_etl.errors import TooManyBadRows

COLUMNS = [
    {"name": "day", "type": "date", "required": True},
    {"name": "delay", "type": "double", "range": [-120, 3000]},
    {"name": "origin", "type": "string", "required": True, "pattern": "[A-Z]{3}"},
    {"name": "kind", "type": "string", "enum": ["it's", "b\\c"]},
]
TEXT = """day,delay,origin,kind
2024-02-29,1.5,JFK,it's
2024-02-30,9999,jfk,x
,,,

2024-02-29,-120,EWR,b\\c
2024-02-29,1
2024-02-29,3000.5,"LGA",
"""


def test_every_broken_rule_is_told_with_what_was_found(lake):
    lake.declare(COLUMNS)
    file = lake.land(TEXT)

    event = lake.refine(file)

    assert (event.rows_read, event.rows_written, event.rows_quarantined) == (6, 2, 4)
    lines = TEXT.splitlines()
    bad = {row["record"]: row for row in lake.quarantined()}
    assert {record: row["row"] for record, row in bad.items()} == {
        number: lines[number - 1] for number in (3, 4, 7, 8)
    }
    assert bad[3]["reasons"] == [
        "day: type date: 2024-02-30",
        "delay: range [-120, 3000]: 9999",
        "origin: pattern [A-Z]{3}: jfk",
        "kind: enum it's, b\\c: x",
    ]
    assert bad[4]["reasons"] == ["day: required: null", "origin: required: null"]
    assert bad[7]["reasons"] == ["row: 4 values separated by ',': another number"]
    assert bad[8]["reasons"] == ["delay: range [-120, 3000]: 3000.5"]
    assert {(row["file"], row["run_id"]) for row in bad.values()} == {
        (file.key, f"{lake.dataset}-r1")
    }


@pytest.mark.parametrize("policy", [{"action": "halt"}, {"halt_above": 0.5}])
def test_a_run_that_halts_shows_its_bad_rows_and_changes_no_table(lake, policy):
    lake.declare(COLUMNS, on_bad_rows=policy)
    file = lake.land(TEXT)

    for _ in range(2):
        with pytest.raises(TooManyBadRows, match="4 of 6 rows are bad"):
            lake.refine(file)

        assert lake.files() == []
        assert len(lake.quarantined()) == 4
    stage = lake.state.stages(f"{lake.dataset}-r1")[0]
    assert (stage.stage, stage.status, stage.error) == ("etl", StageStatus.FAILED, "TooManyBadRows")

    lake.declare(COLUMNS, on_bad_rows={"halt_above": 0.9})
    assert lake.refine(file).rows_written == 2
    assert len(lake.quarantined()) == 4


def test_a_record_over_several_lines_is_kept_as_its_values(lake):
    lake.declare([{"name": "a", "type": "int"}, {"name": "b", "type": "string"}])

    lake.refine(lake.land('a,b\n1,"x\ny"\nbad,"x\ny"\n'))

    assert [row["row"] for row in lake.quarantined()] == ['{"a":"bad","b":"x\\ny"}']
