"""One warm JVM between runs, so that its start is paid once."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.glue.jobs.arguments import JobArguments
from millrace_localcloud.glue.jobs.shared_jvm import JvmNeeds, ScriptRun, SharedJvm
from millrace_localcloud.glue.jobs.warm_run import WarmRun

SETTING = "MILLRACE_SPARK_IDLE_S"
"""Variable of the cloud's environment: seconds that a JVM waits for its next run; 0 keeps none."""
_IDLE_S = 120.0
_EXERCISE = Path(__file__).with_name("exercise.py")
_BUCKET = "exercise"
_MOST_RUNS = 20
"""A JVM is ended after as many, whatever they may have left in it."""
_SET_AT_START = ("spark.driver.", "spark.jars", "spark.submit.", "spark.plugins", "spark.archives")


class WarmSpark:
    """Keeps the JVM of the last run; one run at a time has it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._idle_s = float(cloud.inherited_env.get(SETTING) or _IDLE_S)
        self._idle: SharedJvm | None = None
        self._lock = threading.Lock()
        self._folder = cloud.home.work / "spark"
        # A cloud that was killed leaves the folders of its JVMs.
        shutil.rmtree(self._folder, ignore_errors=True)

    def serves(self, arguments: JobArguments) -> bool:
        """Whether a run with these arguments can have a JVM that others had."""
        own = any(setting.startswith(_SET_AT_START) for setting in arguments.spark_conf)
        return self._idle_s > 0 and not (own or arguments.jars or arguments.py_files)

    def take(self, needs: JvmNeeds, script: Path) -> SharedJvm:
        """The warm JVM, if it is what the run of ``script`` needs, else a new one."""
        with self._lock:
            kept, self._idle = self._idle, None
        if kept is not None:
            if kept.serves(needs):
                return kept
            kept.end()
        return SharedJvm(self._cloud.children, self._folder, needs, script)

    def has(self, needs: JvmNeeds) -> bool:
        """Whether such a JVM waits for a run."""
        with self._lock:
            return self._idle is not None and self._idle.serves(needs)

    def give_back(self, jvm: SharedJvm) -> None:
        """Keep the JVM for the next run, for a while."""
        jvm.runs += 1
        if jvm.runs >= _MOST_RUNS:
            jvm.end()
            return
        with self._lock:
            self._idle = jvm
        runs = jvm.runs
        timer = threading.Timer(self._idle_s, self._end_idle, (jvm, runs))
        timer.daemon = True
        timer.start()

    def retire(self) -> None:
        """End the JVM that waits, if one does."""
        with self._lock:
            kept, self._idle = self._idle, None
        if kept is not None:
            kept.end()

    def _end_idle(self, jvm: SharedJvm, runs: int) -> None:
        with self._lock:
            if self._idle is not jvm or jvm.runs != runs:
                return
            self._idle = None
        jvm.end()


@dataclass(frozen=True, slots=True)
class OnWarmSpark:
    """Starts a run's script on the warm JVM."""

    warm: WarmSpark
    needs: JvmNeeds
    settings: Mapping[str, str]
    """Spark's settings of the run."""

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes] | int,
    ) -> WarmRun:
        """Start ``command``, a script; what it and the JVM write goes to ``stdout``."""
        output = os.dup(stdout if isinstance(stdout, int) else stdout.fileno())
        jvm = self.warm.take(self.needs, Path(command[0]))
        said = f"run {jvm.runs + 1} on this JVM" if jvm.runs else "a new JVM"
        os.write(output, f"local cloud: {said}\n".encode())

        def done(fit: bool) -> None:
            if fit:
                os.close(output)
                self.warm.give_back(jvm)
            else:
                jvm.end()
                os.close(output)

        run = ScriptRun([str(part) for part in command], self.settings, env, cwd)
        return WarmRun(jvm, run, output, done)

    def warm_up(self, script: Path, *, env: Mapping[str, str], cwd: Path) -> None:
        """Have a JVM at hand that has done what most jobs do, for runs of ``script``."""
        if self.warm.has(self.needs):
            return
        (cwd / _BUCKET).mkdir()
        mounts = spark.lake_settings(cwd, [_BUCKET])
        settings = {f"spark.hadoop.{name}": value for name, value in mounts.items()}
        run = ScriptRun([str(_EXERCISE), _BUCKET], {**self.settings, **settings}, env, cwd)
        jvm = self.warm.take(self.needs, script)
        with (cwd / "exercise.log").open("wb") as output:
            _, fit = jvm.run(run, output.fileno())
            if fit:
                self.warm.give_back(jvm)
            else:
                jvm.end()
