"""Runs queries, each in a thread, and ends each in exactly one state."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from millrace_localcloud.athena.errors import SYSTEM, QueryFailed, QueryStopped
from millrace_localcloud.athena.execution import Execution
from millrace_localcloud.cloud import Cloud

if TYPE_CHECKING:
    from millrace_localcloud.athena.catalog import Catalog

_LOG = logging.getLogger(__name__)
_AT_ONCE = 4
_AGAIN_S = 0.05


class Runner:
    """The threads behind StartQueryExecution; shared by all backends, never stored in one."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._stopped: set[str] = set()
        self._connections: dict[str, Any] = {}
        self._is_warm = False

    def warm_up(self) -> None:
        """Import in the background, once, what the first query needs."""
        if not self._is_warm:
            self._is_warm = True
            threading.Thread(target=_import_engine, name="athena-warm-up", daemon=True).start()

    def start(self, execution: Execution, backend: Any) -> None:
        """Queue the query; answers at once."""
        threading.Thread(
            target=self._run,
            args=(execution, backend),
            name=f"athena-{execution.id[:8]}",
            daemon=True,
        ).start()

    def stop(self, execution: Execution) -> None:
        """Ask the query to end; a running one is interrupted."""
        with self._lock:
            self._stopped.add(execution.id)
        threading.Thread(
            target=self._interrupt,
            args=(execution,),
            name=f"athena-stop-{execution.id[:8]}",
            daemon=True,
        ).start()

    def _interrupt(self, execution: Execution) -> None:
        # DuckDB forgets an interrupt that comes before the statement or between two of them.
        while not execution.is_done:
            with self._lock:
                connection = self._connections.get(execution.id)
                if connection is not None:
                    connection.interrupt()
            time.sleep(_AGAIN_S)

    def _is_stopped(self, query_id: str) -> bool:
        with self._lock:
            return query_id in self._stopped

    def _run(self, execution: Execution, backend: Any) -> None:
        from millrace_localcloud.athena.catalog import Catalog

        catalog = Catalog(backend.account_id, backend.region_name)
        with self._slots:
            state, reason, category = self._ended(execution, backend, catalog)
            if catalog.may_have_changed:
                self._cloud.keeping.keep_service("glue")
        with self._cloud.keeping.ending("athena"):
            execution.end(state, self._cloud.now(), reason, category)
        with self._lock:
            self._stopped.discard(execution.id)

    def _ended(self, execution: Execution, backend: Any, catalog: Catalog) -> tuple[str, str, int]:
        from millrace_localcloud.athena.session import CutoffExceeded

        try:
            if self._is_stopped(execution.id):
                raise QueryStopped
            execution.started_at = self._cloud.now()
            execution.state = "RUNNING"
            if self._cloud.faults.take("athena-query", execution.workgroup):
                raise QueryFailed(
                    "GENERIC_INTERNAL_ERROR", "the query's worker was lost", category=SYSTEM
                )
            self._answer(execution, backend, catalog)
        except QueryStopped:
            return "CANCELLED", "Query cancelled!", 0
        except CutoffExceeded:
            return "CANCELLED", "Bytes scanned limit was exceeded", 0
        except QueryFailed as error:
            if self._is_stopped(execution.id):
                return "CANCELLED", "Query cancelled!", 0
            return "FAILED", str(error), error.category
        except Exception as error:
            _LOG.exception("query %s", execution.id)
            return "FAILED", f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}", SYSTEM
        return "SUCCEEDED", "", 0

    def _answer(self, execution: Execution, backend: Any, catalog: Catalog) -> None:
        from contextlib import ExitStack

        from millrace_localcloud.athena.engine import opened
        from millrace_localcloud.athena.lake import Lake
        from millrace_localcloud.athena.output import write_results
        from millrace_localcloud.athena.session import Session
        from millrace_localcloud.athena.statements.run import run

        home = self._cloud.home
        with ExitStack() as stack:

            def connect() -> Any:
                connection = stack.enter_context(opened(home.lake, home.work))
                with self._lock:
                    self._connections[execution.id] = connection
                stack.callback(self._forget, execution.id)
                return connection

            session = Session(
                sql=execution.query,
                database=execution.context.get("Database") or "default",
                catalog=catalog,
                lake=Lake(self._cloud),
                now=execution.submitted_at,
                open_connection=connect,
                is_stopped=lambda: self._is_stopped(execution.id),
                cutoff_bytes=execution.cutoff_bytes,
                backend=backend,
                workgroup=execution.workgroup,
                query_id=execution.id,
                output_base=execution.output_location.removesuffix(execution.id),
                is_enforced=execution.is_enforced,
                parameters=execution.parameters,
            )
            try:
                outcome = run(session)
            finally:
                execution.scanned_bytes = session.scanned_bytes
            session.spend(0)
            write_results(execution, outcome, session.lake)

    def _forget(self, query_id: str) -> None:
        with self._lock:
            self._connections.pop(query_id, None)


def _import_engine() -> None:
    import duckdb
    import pyarrow.parquet  # noqa: F401

    from millrace_localcloud.athena.meanings import load_meanings
    from millrace_localcloud.athena.statements import run  # noqa: F401

    load_meanings()
    duckdb.connect(":memory:").close()
