"""A page whose records are decoded one by one says the same as one that is decoded at once."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from millrace_ingest.adapters.api.documents import JsonPage

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
INDENTS = st.sampled_from([None, 0, 2])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])


def read(body, path=None):
    def refuse(name):
        raise ValueError(name)

    page = JsonPage(body, path, refuse)
    records = list(page.records())
    return records, page.rest, page.has_records


@settings(max_examples=50, deadline=None)
@given(st.lists(VALUES, max_size=5), INDENTS, ENCODINGS, st.booleans())
def test_records_of_a_bare_array(records, indent, encoding, is_ascii):
    body = json.dumps(records, indent=indent, ensure_ascii=is_ascii).encode(encoding)

    assert read(body) == (records, None, True)


@settings(max_examples=50, deadline=None)
@given(st.lists(VALUES, max_size=5), st.dictionaries(st.text(max_size=3), VALUES), INDENTS)
def test_records_below_a_path_with_all_that_is_around_them(records, around, indent):
    document = around | {"the": {"next": 7, "rows": records, "": [1]}} | around
    found, rest, has_records = read(json.dumps(document, indent=indent).encode(), "the.rows")

    if "the" in around:
        return
    assert (found, has_records) == (records, True)
    assert rest == document | {"the": {"next": 7, "rows": None, "": [1]}}


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_a_document_without_an_array_at_the_path_is_kept_whole(document):
    body = json.dumps({"the": {"rows": document}, "next": 1}).encode()
    if isinstance(document, list):
        return

    assert read(body, "the.rows") == ([], {"the": {"rows": document}, "next": 1}, False)
    assert read(body, "none.there") == ([], json.loads(body), False)


@settings(max_examples=50, deadline=None)
@given(st.text('[]{},:"ab1 \n\\', max_size=12))
@example("[1,]")
@example("[1 2]")
@example('{"a": [1], }')
@example("[1] x")
@example("")
def test_what_is_no_json_is_refused_and_nothing_else(text):
    try:
        document = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):
            read(text.encode(), "a")
        with pytest.raises(ValueError):
            read(text.encode())
        return
    found, _, has_records = read(text.encode())
    assert has_records == isinstance(document, list)
    assert found == (document if has_records else [])


def test_two_arrays_at_one_path_are_refused():
    with pytest.raises(ValueError, match="twice"):
        read(b'{"a": [1], "a": [2]}', "a")
