"""Views of a dataset, from its files to Athena: made in order, made anew, dropped."""

from __future__ import annotations

import json
from typing import Any

from disturbing import Disturbed

DATASET = "viewed"


def run_to_its_end(cloud: Disturbed) -> None:
    """Deploy the dataset as it is now and run it."""
    (run,) = cloud.checkout.answer("run", DATASET)["runs"]
    assert run["status"] == "SUCCEEDED", run


def asked(cloud: Disturbed, sql: str) -> Any:
    done = cloud.checkout.millrace("query", sql, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_views_are_made_in_their_order_made_anew_with_their_table_and_dropped_with_their_file(
    disturbed: Disturbed,
):
    views = disturbed.checkout.root / "datasets" / DATASET / "views"
    (views / "a_top.sql").write_text(f"select max(doubled) as top from refined.{DATASET}_doubled\n")
    (views / "viewed_all.sql").write_text(f"select * from refined.{DATASET}\n")
    disturbed.checkout.offer(DATASET, "0.csv", "id,price\n1,1.5\n2,4.0\n")

    run_to_its_end(disturbed)

    assert asked(disturbed, "select top from refined.a_top") == [{"top": "8.0"}]
    columns = "select column_name from information_schema.columns where table_name = 'viewed_all'"
    assert {row["column_name"] for row in asked(disturbed, columns)} == {"id", "price"}

    (views / "a_top.sql").unlink()
    disturbed.checkout.offer(DATASET, "1.csv", "id,price,colour\n3,2.0,red\n")
    run_to_its_end(disturbed)

    red = f"select id from refined.{DATASET}_all where colour = 'red'"
    assert asked(disturbed, red) == [{"id": "3"}]
    gone = disturbed.checkout.millrace("query", "select top from refined.a_top")
    assert gone.exit_code == 1
    assert "a_top" in gone.output
