"""The whole of Glue in one backend, as moto wants it."""

from __future__ import annotations

from millrace_localcloud.glue.catalog import CatalogBackend
from millrace_localcloud.glue.crawlers.backend import CrawlersBackend
from millrace_localcloud.glue.jobs.backend import JobsBackend


class GlueBackend(JobsBackend, CrawlersBackend, CatalogBackend):
    """Jobs, crawlers and the catalog."""
