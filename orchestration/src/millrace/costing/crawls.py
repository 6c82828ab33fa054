"""Crawls of Glue, as it tells of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from millrace.aws import Aws
from millrace.costing.bill import Crawl
from millrace.runs import State

_MARGIN = timedelta(minutes=1)
"""A state looks at its crawl now and then, and sees the end a little late."""
_PAGES = 20


def told_crawls(aws: Aws) -> Callable[[State], Crawl | None]:
    """What ``make_bill`` asks for: the last crawl that ended while a state waited for one.

    Its DPU-hours are Glue's own (Glue API reference, CrawlerHistory). A laptop's crawls use none.
    """
    if aws.endpoint is not None:
        return lambda _: None

    def crawl_of(state: State) -> Crawl | None:
        if state.ended_at is None:
            return None
        for crawl in _newest_first(aws, str(state.parameters["Input"]["crawler"])):
            ended, dpu_hours = crawl.get("EndTime"), crawl.get("DPUHour")
            if ended is None or not dpu_hours or ended > state.ended_at + _MARGIN:
                continue
            if ended < state.entered_at:
                return None
            took_s = (ended - crawl["StartTime"]).total_seconds()
            return Crawl(dpu_hours * 3600 / took_s, took_s) if took_s > 0 else None
        return None

    return crawl_of


def _newest_first(aws: Aws, crawler: str) -> Iterator[dict[str, Any]]:
    glue, more = aws.client("glue"), dict[str, str]()
    for _ in range(_PAGES):
        try:
            page = glue.list_crawls(CrawlerName=crawler, MaxResults=100, **more)
        except glue.exceptions.EntityNotFoundException:
            return
        yield from page["Crawls"]
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}
