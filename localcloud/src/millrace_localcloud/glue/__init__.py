"""Glue: jobs that run, crawlers that crawl, and the catalog they fill."""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud


def install(cloud: Cloud) -> None:
    """Replace moto's Glue by this one."""
    from moto.glue.responses import GlueResponse as MotoGlueResponse

    from millrace_localcloud import seams
    from millrace_localcloud.glue.backend import GlueBackend
    from millrace_localcloud.glue.crawlers.runner import CrawlRunner
    from millrace_localcloud.glue.jobs.runner import JobRunner
    from millrace_localcloud.glue.responses import GlueResponse

    GlueBackend.runner = JobRunner(cloud)
    GlueBackend.crawl_runner = CrawlRunner(cloud)
    seams.replace_backend("glue", "glue_backends", GlueBackend)
    seams.replace_responses("glue", MotoGlueResponse, GlueResponse)


def restored(cloud: Cloud) -> None:
    """End what was running when the saved state was written."""
    from moto.glue.models import glue_backends

    for regions in glue_backends.values():
        for backend in regions.values():
            backend.end_lost_runs()
            backend.end_lost_crawls()


def warm_up(_cloud: Cloud) -> None:
    """Start what takes long to start, ahead of work that is expected."""
    from moto.glue.models import glue_backends

    glue_backends[ACCOUNT][REGION].warm_up()
