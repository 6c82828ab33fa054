"""Break a stage on purpose: the local cloud does it, the services know nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from millrace.laptop import Laptop


class Stage(StrEnum):
    """What can be broken."""

    INGEST = "ingest"
    ETL = "etl"
    CRAWL = "crawl"
    VIEW = "view"
    FORECAST = "forecast"
    NOTIFY = "notify"


_FAULTS: dict[Stage, list[tuple[str, str]]] = {
    Stage.INGEST: [("lambda", "millrace-*-ingest")],
    Stage.ETL: [("glue-job", "millrace-*-etl")],
    Stage.CRAWL: [("glue-crawler", "millrace-*-landing")],
    Stage.VIEW: [("lambda", "millrace-*-view")],
    Stage.FORECAST: [("sagemaker-job", "*")],
    Stage.NOTIFY: [("glue-job", "millrace-*-etl"), ("lambda", "millrace-*-notify")],
}
"""What meets a fault, by stage. Notify works only when another stage has failed."""


@contextmanager
def broken(laptop: Laptop, stage: Stage | None) -> Iterator[None]:
    """Kill every worker of a stage while it works, as long as the block lasts."""
    for service, name in _FAULTS[stage] if stage else ():
        laptop.control("POST", "faults", {"service": service, "name": name, "kind": "kill"})
    try:
        yield
    finally:
        if stage:
            laptop.control("DELETE", "faults")
