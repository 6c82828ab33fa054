"""Whose statements the catalog is written to disk for."""

from __future__ import annotations

import uuid

from millrace_localcloud.athena.catalog import Catalog


def test_only_what_changes_the_catalog_counts_as_a_change():
    name = f"database{uuid.uuid4().hex[:8]}"
    reading = Catalog("123456789012", "us-east-1")
    assert not reading.has_database(name)
    assert reading.tables(name) == []
    assert reading.table(name, "birds") is None
    assert not reading.may_have_changed

    writing = Catalog("123456789012", "us-east-1")
    writing.glue.create_database(name, {"Name": name})

    assert writing.may_have_changed
    assert reading.is_made(name)
    assert not reading.may_have_changed
