"""Histories whose forecast is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from millrace_contracts import Dataset

FIRST_DAY = date(2023, 1, 2)


def make_spec(**forecast: object) -> Dataset:
    declared = {
        "series": ["origin"],
        "time": "flown_on",
        "target": {"count": "*"},
        "frequency": "D",
        "horizon": 14,
        **forecast,
    }
    return Dataset.model_validate(
        {
            "name": "flights",
            "owner": {"team": "t", "email": "t@example.com"},
            "source": {"kind": "filesystem", "url": "file:///out"},
            "format": {"kind": "csv"},
            "columns": [
                {"name": "origin", "type": "string"},
                {"name": "flown_on", "type": "date"},
                {"name": "seats", "type": "double"},
            ],
            "forecast": declared,
        }
    )


def weekly_rows(days: int, *origins: str) -> list[tuple[str, date, float]]:
    """Each origin repeats one week exactly, at its own scale."""
    week = (20.0, 25.0, 25.0, 26.0, 30.0, 12.0, 15.0)
    return [
        (origin, FIRST_DAY + timedelta(days=day), week[day % 7] * 10**scale)
        for scale, origin in enumerate(origins)
        for day in range(days)
    ]


@pytest.fixture
def spec() -> Dataset:
    return make_spec()
