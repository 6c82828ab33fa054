"""The whole of Glue in one backend, as moto wants it."""

from __future__ import annotations

from millrace_localcloud.glue.jobs.backend import JobsBackend


class GlueBackend(JobsBackend):
    """Jobs."""
