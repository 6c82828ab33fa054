"""The whole of Glue's API in one class, as moto wants it."""

from __future__ import annotations

from millrace_localcloud.glue.jobs.responses import JobsResponse


class GlueResponse(JobsResponse):
    """Jobs."""
