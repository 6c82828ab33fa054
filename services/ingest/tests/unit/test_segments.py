from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from millrace_contracts import LandingKey
from millrace_ingest.segments import safe_segment, versioned_segment

names = st.text(st.characters(codec=None), max_size=300) | st.text("a._-/!2Fé", max_size=260)


def _as_key(segment):
    return LandingKey("flights", date(2024, 2, 29), "r1", segment)


@pytest.mark.parametrize("name", ["flights.csv", "flights-2013_01.csv.gz", "9"])
def test_a_safe_name_stays_as_it_is(name):
    assert safe_segment(name) == name


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("../../etc/passwd", "!2E./../etc/passwd".replace("/", "!2F")),
        ("_hidden.csv", "!5Fhidden.csv"),
        ("a b!.csv", "a!20b!21.csv"),
        ("é", "!C3!A9"),
        ("", "!!"),
    ],
)
def test_other_names_are_escaped(name, segment):
    assert safe_segment(name) == segment


@given(names)
@example("x" * 300 + ".csv.gz")
@example("\x00")
@example("\udcff")
def test_any_name_gives_a_segment_of_a_landing_key(name):
    for segment in (safe_segment(name), versioned_segment(safe_segment(name), "ab" * 16)):
        key = _as_key(segment)

        assert LandingKey.parse(str(key)) == key
        assert segment.isascii()
        assert not segment.startswith((".", "_"))


@given(names, names)
@example("a!2Fb", "a/b")
@example("x" * 300, "x" * 80 + "!!" + "0" * 64)
def test_two_names_never_share_a_segment(one, other):
    if one != other:
        assert safe_segment(one) != safe_segment(other)
    assert versioned_segment(safe_segment(one), "ab" * 16) != safe_segment(other)


def test_the_ending_survives_because_it_tells_the_compression():
    assert safe_segment("x" * 300 + ".csv.gz").endswith(".csv.gz")
    assert versioned_segment("flights.csv.gz", "ab" * 16) == "flights!vabababababababab.csv.gz"
