"""A newcomer's dataset, from a sample to a table."""

from __future__ import annotations

import pytest
from checkouts import ROOT, Checkout

SAMPLE = """Order No;Bought;Price;Zip
1;2024-02-29 12:00:00;3.5;01234
2;2024-02-29 13:00:00;NA;01235
3;2024-03-01 00:00:00;7;01235
"""


def test_a_sample_becomes_a_dataset_that_runs(checkout: Checkout, tmp_path):
    if not (ROOT / "services" / "etl" / ".venv").exists():
        pytest.skip("needs services/etl set up: make setup")
    (tmp_path / "orders.csv").write_text(SAMPLE)

    written = checkout.millrace("new", "orders", "--from", str(tmp_path / "orders.csv"))
    assert written.exit_code == 0, written.output
    done = checkout.millrace("run", "orders")

    assert done.exit_code == 0, done.output
    assert "3 read = 3 written + 0 quarantined" in done.stdout
    assert "Cost  about $" in done.stdout
    rows = checkout.answer(
        "query", "select order_no, bought, price, zip from refined.orders order by order_no"
    )
    assert [row["zip"] for row in rows] == ["01234", "01235", "01235"]
    assert [row["price"] for row in rows] == ["3.5", None, "7.0"]
    assert rows[0]["bought"].startswith("2024-02-29 12:00:00")
    again = checkout.millrace("new", "orders", "--from", str(tmp_path / "orders.csv"))
    assert (again.exit_code, "is there already" in again.output) == (2, True)
