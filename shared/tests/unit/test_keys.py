from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_contracts.keys import (
    CommitKey,
    CommittedBatchKey,
    ForecastPrefix,
    KeyMalformed,
    LandingKey,
    LineageKey,
    ManifestKey,
    MessagesKey,
    ModelKey,
    QuarantinePrefix,
    SpecKey,
    StagingPrefix,
    dataset_prefix,
    past_forecasts_key,
    scores_prefix,
    view_prefix,
)

datasets = st.from_regex(r"[a-z][a-z0-9_]{0,62}", fullmatch=True)
ids = st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)
files = st.from_regex(r"[^./\x00-\x1f][^/\x00-\x1f]{0,40}", fullmatch=True)
versions = st.from_regex(r"[A-Za-z0-9-]{1,63}", fullmatch=True)
spec_files = st.sampled_from(
    ["dataset.json", "transform.sql", "transform.py", "views/busiest_routes.sql"]
)


@given(
    st.one_of(
        st.builds(LandingKey, datasets, st.dates(), ids, files),
        st.builds(QuarantinePrefix, datasets, ids),
        st.builds(ForecastPrefix, datasets, st.dates()),
        st.builds(ManifestKey, ids),
        st.builds(ModelKey, datasets, versions),
        st.builds(SpecKey, datasets, spec_files),
        st.builds(CommitKey, datasets, st.integers(1, 10**10 - 1)),
        st.builds(CommittedBatchKey, datasets, ids),
        st.builds(StagingPrefix, datasets, ids),
        st.builds(LineageKey, datasets, ids, ids),
        st.builds(MessagesKey, datasets, ids),
    )
)
def test_parsing_a_key_gives_back_what_built_it(key):
    assert type(key).parse(str(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "flights/ingest_date=2024-02-29/batch=r1/../x",
        "flights/ingest_date=2024-02-29/batch=r1/.hidden",
        "flights/ingest_date=2024-02-29/batch=r1/",
        "flights/ingest_date=29-02-2024/batch=r1/x",
        "Flights/ingest_date=2024-02-29/batch=r1/x",
        "/flights/ingest_date=2024-02-29/batch=r1/x",
    ],
)
def test_a_text_that_is_no_landing_key_is_named(text):
    with pytest.raises(KeyMalformed, match="not a landing key"):
        LandingKey.parse(text)


def test_the_layout_is_as_documented():
    day = date(2024, 2, 29)
    landing = LandingKey("flights", day, "r1", "a.csv")
    assert str(landing) == "flights/ingest_date=2024-02-29/batch=r1/a.csv"
    assert str(QuarantinePrefix("flights", "r1")) == "flights/run=r1/"
    assert str(ForecastPrefix("flights", day)) == "flights/issued_on=2024-02-29/"
    assert str(ModelKey("flights", "v1")) == "models/flights/v1/output/model.tar.gz"
    assert past_forecasts_key("flights") == "models/flights/past-forecasts.json"
    assert scores_prefix("flights") == "flights_scores/"
    assert dataset_prefix("flights") == "flights/"
    assert view_prefix("flights") == "datasets/flights/views/"
