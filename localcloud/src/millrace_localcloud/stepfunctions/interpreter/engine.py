"""Everything of the interpreter put in place, once for the process."""

from __future__ import annotations

import threading
from pathlib import Path

from millrace_localcloud.clock import Clock
from millrace_localcloud.jobs.endings import Endings
from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.interpreter import (
    choices,
    distributed_map,
    environment,
    integrations,
    item_batches,
    jsonata_engine,
    map_items,
    map_run,
    matching,
    parallel,
    programs,
    quiet,
    timers,
    tokens,
    waits,
)
from millrace_localcloud.stepfunctions.interpreter.clients import Clients
from millrace_localcloud.stepfunctions.interpreter.run import Run

_INSTALLING = threading.Lock()
_installed = False


def prepare(
    endpoint: str,
    clock: Clock | None = None,
    endings: Endings | None = None,
    programs_folder: Path | None = None,
) -> None:
    """Correct moto's interpreter; later calls do nothing."""
    global _installed
    with _INSTALLING:
        if _installed:
            return
        quiet.install()
        clock = clock or Clock()
        timers.install(clock)
        programs.install(programs_folder)
        environment.install()
        integrations.install(Clients(endpoint), endings or Endings())
        parallel.install()
        matching.install()
        choices.install()
        waits.install(clock)
        tokens.install()
        jsonata_engine.install()
        map_items.install()
        map_run.install()
        distributed_map.install()
        item_batches.install()
        _installed = True


def check(definition: str) -> None:
    """Parse a definition. Raises InvalidDefinition."""
    programs.program_of(definition)


def start(execution: Execution) -> None:
    """Run an execution from its start, or from where it failed if it is redriven."""
    execution.run = Run(execution)
    execution.run.start()
