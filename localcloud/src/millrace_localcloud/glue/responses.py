"""The whole of Glue's API in one class, as moto wants it."""

from __future__ import annotations

from millrace_localcloud.glue.catalog import CatalogResponse
from millrace_localcloud.glue.crawlers.responses import CrawlersResponse
from millrace_localcloud.glue.jobs.responses import JobsResponse


class GlueResponse(JobsResponse, CrawlersResponse, CatalogResponse):
    """Jobs, crawlers and the catalog."""
