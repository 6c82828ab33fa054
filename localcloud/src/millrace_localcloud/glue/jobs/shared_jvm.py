"""A JVM that serves one run after another, and what starts their scripts."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from millrace_localcloud.forking.server import ForkServer
from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.glue.jobs.shared_output import SharedOutput
from millrace_localcloud.processes import ChildProcesses, Running

_KEEPER = Path(__file__).with_name("keeper.py")
_ATTEND = Path(__file__).with_name("attend.py")
_LOOK_EVERY_S = 0.05
_DRAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class JvmNeeds:
    """What a JVM is started with: runs that need the same can share one."""

    python: Path
    """Interpreter of the scripts."""
    spark_home: Path
    heap_mib: int
    env: tuple[tuple[str, str], ...]
    options: tuple[str, ...] = ()
    """Of the JVM, beside those that every one has."""


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """One run of a script."""

    command: Sequence[str]
    """The script and its arguments."""
    settings: Mapping[str, str]
    """Spark's."""
    env: Mapping[str, str]
    """The script's, beside those by which it finds the JVM."""
    folder: Path
    """To run in."""


class SharedJvm:
    """One JVM, from its start to its end."""

    def __init__(
        self, children: ChildProcesses, folder: Path, needs: JvmNeeds, script: Path
    ) -> None:
        """Start both processes; modules that ``script`` imports are there for every run."""
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
        env = {**dict(needs.env), "TMPDIR": str(self.folder)}

        self._java = children.start(
            [*spark.submit_command(needs.spark_home, settings), _KEEPER, str(self._told)],
            env=env,
            cwd=self.folder,
            stdout=subprocess.PIPE,
        )
        self._output = SharedOutput(self._java)
        self._scripts = ForkServer(
            children,
            needs.python,
            str(script),
            env=env,
            folder=self.folder,
            log=subprocess.DEVNULL,
        )
        self._killing = threading.Lock()
        self._killed = False
        self._script: Running | None = None
        self.pid = self._java.pid

    def alive(self) -> bool:
        return self._java.poll() is None

    def serves(self, needs: JvmNeeds) -> bool:
        """Whether a run that needs this can have it."""
        return self.alive() and self.needs == needs

    def gateway(self) -> Mapping[str, str] | None:
        """Variables by which a script finds the JVM, once it listens; None when it ended."""
        while self.alive():
            with suppress(FileNotFoundError):
                return dict(json.loads(self._told.read_text()))
            with suppress(subprocess.TimeoutExpired):
                self._java.wait(_LOOK_EVERY_S)
        return None

    def run(self, run: ScriptRun, output: int) -> tuple[int, bool]:
        """Run a script, its output and the JVM's going to this file.

        Returns:
            Its exit status, or that of a JVM that did not start; and whether the JVM is fit for
            another run.
        """
        last_line = f"over-{uuid.uuid4().hex}"
        self._output.to(output, last_line)
        gateway = self.gateway()
        if gateway is None:
            return self._java.wait(), False
        settings = json.dumps(dict(run.settings))
        script = self._scripts.start(
            [self.needs.python, "-P", _ATTEND, settings, last_line, *run.command],
            env={**run.env, **gateway},
            cwd=run.folder,
            stdout=output,
        )
        with self._killing:
            self._script = script
            late = self._killed
        if late:
            script.kill()
        status = script.wait()
        return status, status == 0 and self._output.rest(_DRAIN_S) == ""

    def kill(self) -> None:
        """Kill the JVM and the script that runs; ``end`` is still to be called."""
        with self._killing:
            self._killed = True
            script = self._script
        if script is not None:
            script.kill()
        self._java.kill()

    def end(self) -> None:
        """Kill it; answers once its output is written."""
        self.kill()
        self._scripts.close()
        self._output.join(_DRAIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)
