"""Warm workers, kept until they have been idle too long."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.functions.forked import ForkedFunctions
from millrace_localcloud.functions.worker import Launch, Worker

IDLE_LIMIT_S = 300.0
_LOOK_EVERY_S = 30.0


class ConcurrencyExceeded(RuntimeError):
    """The function runs as often at once as it may."""


class WorkerPool:
    """Lends workers; as many processes run as invocations do at once."""

    def __init__(
        self,
        cloud: Cloud,
        idle_limit_s: float = IDLE_LIMIT_S,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._cloud = cloud
        self._idle_limit_s = idle_limit_s
        self._look_every_s = look_every_s
        self._forked = ForkedFunctions(cloud)
        self._lock = threading.Lock()
        self._idle: dict[Launch, list[Worker]] = defaultdict(list)
        self._busy: Counter[str] = Counter()
        self._generation: Counter[str] = Counter()
        threading.Thread(target=self._end_idle, name="lambda-idle", daemon=True).start()

    @contextmanager
    def borrow(self, launch: Launch, limit: int | None) -> Iterator[Worker]:
        """A worker of ``launch`` for the duration of the block.

        Args:
            launch: What the worker runs.
            limit: Workers of this function that may be busy at once; None for any number.

        Raises:
            ConcurrencyExceeded: ``limit`` workers are busy.
        """
        name = launch.function_name
        with self._lock:
            if limit is not None and self._busy[name] >= limit:
                raise ConcurrencyExceeded(name)
            self._busy[name] += 1
            generation = self._generation[name]
            worker = self._take_idle(launch)
        try:
            worker = worker or self._start(launch)
            yield worker
        finally:
            with self._lock:
                self._busy[name] -= 1
                current = generation == self._generation[name]
                if worker is not None and worker.usable and current:
                    self._idle[launch].append(worker)
                    worker = None
            if worker is not None:
                worker.end()

    def retire(self, function_name: str) -> None:
        """End the function's warm workers: its code changed."""
        with self._lock:
            self._generation[function_name] += 1
            launches = [launch for launch in self._idle if launch.function_name == function_name]
            workers = [worker for launch in launches for worker in self._idle.pop(launch)]
        self._forked.close(lambda launch: launch.function_name == function_name)
        for worker in workers:
            worker.end()

    def _start(self, launch: Launch) -> Worker:
        cloud = self._cloud
        return Worker(launch, self._forked.starts(launch), cloud.home.logs, cloud.clock)

    def _take_idle(self, launch: Launch) -> Worker | None:
        idle = self._idle[launch]
        while idle:
            worker = idle.pop()
            if worker.usable:
                return worker
        return None

    def _end_idle(self) -> None:
        while True:
            time.sleep(self._look_every_s)
            oldest = time.monotonic() - self._idle_limit_s
            expired: list[Worker] = []
            with self._lock:
                for launch, workers in list(self._idle.items()):
                    expired += [worker for worker in workers if worker.idle_since < oldest]
                    kept = [worker for worker in workers if worker.idle_since >= oldest]
                    if kept:
                        self._idle[launch] = kept
                    else:
                        del self._idle[launch]
                self._forked.close(self._is_unused)
            for worker in expired:
                worker.end()

    def _is_unused(self, launch: Launch) -> bool:
        return launch not in self._idle and not self._busy[launch.function_name]
