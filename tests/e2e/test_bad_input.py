"""A wrong dataset stops before any data moves, in words that a person can act on."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkout import Checkout, make_checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "dataset.yaml",
            "keys: [year",
            "colour: red\nkeys: [year",
            [
                "datasets/flights/dataset.yaml",
                "colour (line ",
                "unknown key 'colour'",
                "on_bad_rows",
            ],
        ),
        (
            "dataset.yaml",
            "{name: tailnum, type: string}",
            "{name: tailnum, type: text}",
            ["columns.11.type", "'text'", "allowed: string, int, bigint"],
        ),
        (
            "dataset.yaml",
            "keys: [year, month",
            "keys: [yeer, month",
            ["keys (line ", "column 'yeer'", "one of year, month, day"],
        ),
        (
            "views/daily_departures.sql",
            "group by",
            "grup by",
            ["datasets/flights/views/daily_departures.sql", "line ", "one SELECT statement"],
        ),
        (
            "transform.sql",
            "from source",
            "from elsewhere",
            ["datasets/flights/transform.sql", "'elsewhere'", "allowed: source"],
        ),
    ],
)
def test_a_wrong_dataset_is_named_and_nothing_moves(checkout, file, old, new, words):
    path = checkout.root / "datasets" / "flights" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    done = checkout.millrace("run", "flights")

    assert done.returncode == 2
    for word in words:
        assert word in done.stderr
    assert not checkout.home.exists()


def test_a_dataset_that_is_not_there_is_named(checkout):
    done = checkout.millrace("run", "ships")

    assert done.returncode == 2
    assert "datasets/ships/dataset.yaml: found no such file" in done.stderr


def test_outside_of_a_checkout_the_command_says_so(checkout, tmp_path):
    done = Checkout(tmp_path).millrace("run", "flights")

    assert done.returncode == 1
    assert "is not inside a Millrace checkout" in done.stderr
