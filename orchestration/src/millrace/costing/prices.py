"""The dated price table that ships with the command."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Prices:
    """List prices of one region on one day, in US dollars."""

    region: str
    as_of: date
    transition: float
    request: float
    gb_second: Mapping[str, float]
    """By architecture."""
    dpu_hour: float
    job_minimum_s: float
    crawler_minimum_s: float
    crawler_dpu: float
    instance_hour: Mapping[str, float]
    sources: tuple[str, ...]


def load_prices() -> Prices:
    """Read ``prices.toml``."""
    table: Any = tomllib.loads((files(__package__) / "prices.toml").read_text(encoding="utf-8"))
    functions, glue = table["lambda"], table["glue"]
    return Prices(
        region=table["region"],
        as_of=table["as_of"],
        transition=table["step_functions"]["transition"],
        request=functions["request"],
        gb_second={
            "x86_64": functions["gb_second_x86_64"],
            "arm64": functions["gb_second_arm64"],
        },
        dpu_hour=glue["dpu_hour"],
        job_minimum_s=glue["job_minimum_s"],
        crawler_minimum_s=glue["crawler_minimum_s"],
        crawler_dpu=glue["crawler_dpu"],
        instance_hour=table["sagemaker"]["instance_hour"],
        sources=tuple(part["source"] for part in table.values() if isinstance(part, dict)),
    )
