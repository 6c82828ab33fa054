"""A JVM that serves one run after another, and the process that starts their scripts."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.glue.jobs.shared_output import SharedOutput
from millrace_localcloud.processes import Child, ChildProcesses

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
    """Variables beside those of the JVM."""
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

        def start(command: Sequence[str | Path], stdin: int = subprocess.DEVNULL) -> Child:
            return children.start(
                command, env=env, cwd=self.folder, stdin=stdin, stdout=subprocess.PIPE
            )

        submit = spark.submit_command(needs.spark_home, settings)
        self._java = start([*submit, _KEEPER, str(self._told)])
        self._scripts = start([needs.python, "-P", _ATTEND, script], subprocess.PIPE)
        self._outputs = [SharedOutput(child) for child in (self._java, self._scripts)]
        self.pid = self._java.pid

    def alive(self) -> bool:
        return self._java.poll() is None and self._scripts.poll() is None

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
        for shared in self._outputs:
            shared.to(output, last_line)
        gateway = self.gateway()
        if gateway is None:
            ended = self._scripts if self._java.poll() is None else self._java
            return ended.wait(), False
        told = {
            "settings": dict(run.settings),
            "command": list(run.command),
            "env": {**run.env, **gateway},
            "folder": str(run.folder),
            "last_line": last_line,
        }
        with suppress(BrokenPipeError):
            self._scripts.stdin.write(json.dumps(told).encode() + b"\n")
            self._scripts.stdin.flush()
        java, scripts = self._outputs
        end = scripts.rest()
        if end is None:
            return self._scripts.wait(), False
        answer = json.loads(end)
        return answer["status"], answer["fit"] and java.rest(_DRAIN_S) is not None

    def kill(self) -> None:
        """Kill its processes; ``end`` is still to be called."""
        self._scripts.kill()
        self._java.kill()

    def end(self) -> None:
        """Kill it; answers once its output is written."""
        self.kill()
        for output in self._outputs:
            output.join(_DRAIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)
