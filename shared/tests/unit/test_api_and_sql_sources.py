from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from millrace_contracts.dataset import Dataset, Source

SOURCE = TypeAdapter(Source)
API = {
    "kind": "api",
    "url": "https://api.example.com/v1/weather",
    "auth": {"kind": "bearer", "secret": "millrace/weather"},
    "records": "data.items",
    "pagination": {"kind": "cursor", "path": "meta.next", "param": "after"},
    "incremental": {"field": "time_hour", "param": "since"},
}
SQL = {
    "kind": "sql",
    "url": "postgresql://db.example.com/shop",
    "secret": "ssm:/millrace/secrets/shop",
    "table": "sales.orders",
    "key": ["id"],
    "incremental": {"column": "changed_at", "overlap_seconds": 300},
}


@pytest.mark.parametrize("spec", [API, SQL])
def test_a_spec_survives_its_json(spec):
    source = SOURCE.validate_python(spec)

    assert SOURCE.validate_json(source.model_dump_json()) == source


@pytest.mark.parametrize(
    "pagination",
    [
        {"kind": "link"},
        {"kind": "next_url", "path": "next"},
        {"kind": "page", "first": 0},
        {"kind": "offset", "limit": 500},
        None,
    ],
)
def test_every_pagination_is_known(pagination):
    assert SOURCE.validate_python(API | {"pagination": pagination})


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (API | {"url": "ftp://api.example.com/"}, "https?"),
        (API | {"url": "https://me:secret@api.example.com/"}, "url"),
        (API | {"auth": {"kind": "api_key", "secret": "k"}}, "either header or param"),
        (API | {"headers": {"Authorization": "Bearer x"}}, "use auth"),
        (API | {"response": "csv", "records": None}, "needs response json"),
        (API | {"response": "jsonl", "pagination": None}, "records needs response json"),
        (API | {"records": None}, "needs records"),
        (API | {"pagination": {"kind": "magic"}}, "magic"),
        (API | {"retries": 3}, "retries"),
        (SQL | {"url": "postgresql://me:secret@db/shop"}, "name a secret"),
        (SQL | {"url": "mysql+pymysql://db/shop?password=x"}, "name a secret"),
        (SQL | {"key": []}, "key"),
        (SQL | {"columns": ["id"]}, "columns lack ['changed_at']"),
        (SQL | {"table": 'a"; drop table b'}, "table"),
        (
            SQL | {"incremental": {"column": "id", "overlap": 1, "overlap_seconds": 1}},
            "give one",
        ),
    ],
)
def test_what_is_wrong_is_named(spec, said):
    with pytest.raises(ValidationError) as caught:
        SOURCE.validate_python(spec)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("source", "lands"),
    [
        (SQL, "parquet"),
        (API, "jsonl"),
        ({"kind": "api", "url": "https://api.example.com/", "response": "csv"}, "csv"),
    ],
)
def test_a_dataset_declares_the_format_that_its_source_lands(source, lands):
    spec = {
        "name": "weather",
        "owner": {"team": "network", "email": "network@example.com"},
        "source": source,
        "columns": [{"name": "origin", "type": "string"}],
    }

    assert Dataset.model_validate(spec | {"format": {"kind": lands}})
    with pytest.raises(ValidationError, match=f"lands {lands}, but format.kind is avro"):
        Dataset.model_validate(spec | {"format": {"kind": "avro"}})
