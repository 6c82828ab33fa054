from __future__ import annotations

import pytest

from millrace.errors import InputRejected
from millrace.incremental import check_range, check_value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("10", "bigint"), ("1.5", "decimal"), ("-3", "number"), ("2024-02-29", "date")),
        *(("2024-02-29T00:00:00Z", "timestamp"), ("x9", "text"), ("anything", "")),
    ],
)
def test_what_the_field_can_have_is_taken(text, kind):
    check_value(text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("abc", "bigint"), ("1.5", "int"), ("nan", "double"), ("yesterday", "timestamp")),
        *(("", "text"), (" ", "")),
    ],
)
def test_what_it_cannot_have_is_refused(text, kind):
    with pytest.raises(InputRejected):
        check_value(text, kind)


def test_a_range_holds_something_by_numbers_and_moments_not_by_their_texts():
    check_range("9", "10", "bigint")
    check_range("2024-02-29T00:00:00+02:00", "2024-02-28T23:00:00Z", "timestamp")
    check_range("b", "a", "text")
    for since, until, kind in (("10", "9", "bigint"), ("2024-01-02", "2024-01-02", "date")):
        with pytest.raises(InputRejected, match="is not below --to"):
            check_range(since, until, kind)
