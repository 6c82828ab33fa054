"""Keys of the landing bucket."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from millrace_contracts.keys.layout import DATASET, DAY, matched


@dataclass(frozen=True, slots=True)
class LandingKey:
    """One landed file: ``<dataset>/ingest_date=<YYYY-MM-DD>/batch=<batch_id>/<file>``."""

    dataset: str
    ingest_date: date
    batch_id: str
    file: str
    """Name at the source, mapped to one safe path segment."""

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"{DATASET}/ingest_date=(?P<day>{DAY})/batch=(?P<batch>[A-Za-z0-9_-]{{1,80}})/"
        r"(?P<file>(?!\.)[^/\x00-\x1f]{1,255})"
    )

    def __str__(self) -> str:
        day = self.ingest_date.isoformat()
        return f"{self.dataset}/ingest_date={day}/batch={self.batch_id}/{self.file}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "landing", key)
        return cls(
            match["dataset"], date.fromisoformat(match["day"]), match["batch"], match["file"]
        )


def drop_prefix(dataset: str) -> str:
    """Where others put a dataset's files into the landing bucket; crawlers pass over it."""
    return f"_drop/{dataset}/"
