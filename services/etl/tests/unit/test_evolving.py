import pytest

from millrace_etl.columns.evolving import evolved, wider_of
from millrace_etl.errors import SchemaChanged

# As Apache Iceberg's table spec lists them under "Schema Evolution", and the same the other way.
WIDER = [
    ("int", "bigint"), ("float", "double"), ("decimal(5,2)", "decimal(9,2)"), ("smallint", "int"),
]  # fmt: skip
APART = [
    ("int", "double"), ("bigint", "double"), ("date", "timestamp"), ("int", "string"),
    ("decimal(5,2)", "decimal(9,3)"), ("decimal(9,2)", "double"), ("boolean", "int"),
    ("int", "decimal(10,0)"),
]  # fmt: skip


@pytest.mark.parametrize(("narrow", "wide"), WIDER)
def test_the_wider_type_holds_both(narrow, wide):
    assert wider_of(narrow, wide) == wider_of(wide, narrow) == wide
    for table, found in ((narrow, wide), (wide, narrow)):
        assert evolved([("a", table)], [("a", found)], "evolve", ()) == (("a", wide),)
        with pytest.raises(SchemaChanged, match="the table has a"):
            evolved([("a", table)], [("a", found)], "freeze", ())


@pytest.mark.parametrize(("one", "other"), APART)
def test_a_type_that_does_not_hold_every_value_is_refused(one, other):
    for table, found in ((one, other), (other, one)):
        with pytest.raises(SchemaChanged, match="neither type holds every value"):
            evolved([("a", table)], [("a", found)], "evolve", ())


@pytest.mark.parametrize("found", ["bigint", "string"])
def test_a_partition_column_keeps_its_type(found):
    with pytest.raises(SchemaChanged):
        evolved([("a", "int"), ("b", "int")], [("a", found), ("b", "int")], "evolve", ["a"])
