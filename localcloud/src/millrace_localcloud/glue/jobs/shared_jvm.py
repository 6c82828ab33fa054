"""A JVM that serves one run after another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.processes import Child, ChildProcesses

_KEEPER = Path(__file__).with_name("keeper.py")
_LOOK_EVERY_S = 0.05
_DRAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class JvmNeeds:
    """What a JVM is started with: runs that need the same can share one."""

    spark_home: Path
    heap_mib: int
    env: tuple[tuple[str, str], ...]
    options: tuple[str, ...] = ()
    """Of the JVM, beside those that every one has."""


class SharedJvm:
    """One JVM, from its start to its end."""

    def __init__(self, children: ChildProcesses, folder: Path, needs: JvmNeeds) -> None:
        self.needs = needs
        self.runs = 0
        self.folder = folder / f"jvm-{uuid.uuid4().hex[:12]}"
        self.folder.mkdir(parents=True)
        self._told = self.folder / "gateway.json"
        settings = spark.settings_of_run(
            folder=self.folder,
            heap_mib=needs.heap_mib,
            hadoop={},
            conf=(),
            jvm_options=needs.options,
        )
        self._child: Child = children.start(
            [*spark.submit_command(needs.spark_home, settings), _KEEPER, str(self._told)],
            env={**dict(needs.env), "TMPDIR": str(self.folder)},
            cwd=self.folder,
            stdout=subprocess.PIPE,
        )
        self.pid = self._child.pid
        self._reading = threading.Lock()
        self._sink: int | None = None
        self._awaited = b""
        self._seen = threading.Event()
        self._pump = threading.Thread(target=self._copy, name=f"jvm-{self.pid}", daemon=True)
        self._pump.start()

    def alive(self) -> bool:
        return self._child.poll() is None

    def gateway(self) -> Mapping[str, str] | None:
        """Variables by which a script finds the JVM, once it listens; None when it ended."""
        while self.alive():
            with suppress(FileNotFoundError):
                return dict(json.loads(self._told.read_text()))
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_LOOK_EVERY_S)
        return None

    def status(self) -> int:
        """Exit status of a JVM that ended."""
        return self._child.wait()

    def output_to(self, descriptor: int) -> str:
        """Let output go to this file from now on; answers a line that tells that a run is over."""
        line = f"over-{uuid.uuid4().hex}"
        with self._reading:
            self._sink, self._awaited = descriptor, line.encode()
            self._seen.clear()
        return line

    def output_ends(self) -> bool:
        """Let further output go nowhere, once the line is seen; False when it does not come."""
        seen = self._seen.wait(_DRAIN_S)
        with self._reading:
            self._sink = None
        return seen

    def kill(self) -> None:
        """Kill its process; ``end`` is still to be called."""
        self._child.kill()

    def end(self) -> None:
        """Kill it; answers once its output is written."""
        self._child.kill()
        self._pump.join(_DRAIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _copy(self) -> None:
        for line in self._child.stdout:
            with self._reading:
                if self._awaited and line.rstrip(b"\n").endswith(self._awaited):
                    line = line.rstrip(b"\n").removesuffix(self._awaited)
                    self._seen.set()
                if self._sink is not None:
                    os.write(self._sink, line)
