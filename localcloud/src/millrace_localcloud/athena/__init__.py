"""Athena: Trino SQL on the catalog's tables, by DuckDB.

A statement is parsed by sqlglot, analysed here with Trino's names and types, and written anew as
DuckDB SQL. Nothing of the user's text reaches DuckDB: what this package does not know is refused.
"""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_backend, replace_responses


def install(cloud: Cloud) -> None:
    """Replace moto's part by this one."""
    from moto.athena.responses import AthenaResponse

    from millrace_localcloud.athena.api.responses import AthenaResponses
    from millrace_localcloud.athena.backend import AthenaBackend
    from millrace_localcloud.athena.runner import Runner

    AthenaBackend.cloud = cloud
    AthenaBackend.runner = Runner(cloud)
    replace_backend("athena", "athena_backends", AthenaBackend)
    replace_responses("athena", AthenaResponse, AthenaResponses)


def restored(cloud: Cloud) -> None:
    """After a restart: queries that were running have failed."""
    from moto.athena.models import athena_backends

    for _account, _region, backend in list(athena_backends.iter_backends()):
        backend.fail_interrupted()
