"""Processes that hold what functions import, from which their workers are forked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.forking.server import ForkServer
from millrace_localcloud.functions.worker import Launch
from millrace_localcloud.processes import Starts


class ForkedFunctions:
    """One such process for each launch that is a process of this machine."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()
        self._servers: dict[Launch, ForkServer] = {}

    def starts(self, launch: Launch) -> Starts:
        """What starts workers of ``launch``."""
        if launch.starts is not None:
            return launch.starts
        with self._lock:
            if launch not in self._servers:
                self._servers[launch] = self._begin(launch)
            return self._servers[launch]

    def close(self, unused: Callable[[Launch], bool]) -> None:
        """Fork no more from those that are ``unused``."""
        with self._lock:
            for launch in [launch for launch in self._servers if unused(launch)]:
                self._servers.pop(launch).close()

    def _begin(self, launch: Launch) -> ForkServer:
        log = self._cloud.home.logs / f"imports-of-{launch.function_name}.log"
        with log.open("ab") as output:
            return ForkServer(
                self._cloud.children,
                Path(launch.command[0]),
                launch.module,
                env=dict(launch.env),
                folder=launch.folder,
                log=output,
            )
