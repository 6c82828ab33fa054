"""Run job runs, each in a thread that waits for its process."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.glue.jobs.container_launch import prepare_container
from millrace_localcloud.glue.jobs.errors import JobUnrunnable
from millrace_localcloud.glue.jobs.launch import Launch, prepare
from millrace_localcloud.glue.jobs.run import ENDED, JobRun
from millrace_localcloud.glue.jobs.warm import OnWarmSpark, WarmSpark
from millrace_localcloud.jobs.failures import failure_line
from millrace_localcloud.jobs.log_events import put_lines
from millrace_localcloud.jobs.supervision import Ending, Reason, Supervisor

_DEFAULT_TIMEOUT_MIN = 2880
"""StartJobRun: 2,880 minutes is the default for ETL jobs (AWS Glue API, Jobs)."""
_KILL_AFTER_S = {"glueetl": 2.0, "pythonshell": 0.5}
"""When an asked-for fault ends the process: past its start, before a real job's end."""
_WAIT_FOR_SPARK_S = 0.2
_KEPT_LINES = 5000


class JobRunner:
    """Starts runs, stops them, and lets one Spark at a time have the machine."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._spark = threading.Lock()
        self._warm = WarmSpark(cloud)
        self._active: dict[str, Supervisor] = {}
        self._ending = threading.Lock()

    def start(self, job: Any, run: JobRun, failed: Callable[[JobRun], None]) -> None:
        """Run in the background; ``failed`` is told when the run ends as FAILED."""
        supervisor = self._active[run.job_run_id] = Supervisor(self._cloud.clock)

        def work() -> None:
            try:
                self._run(job, run, supervisor)
            except Exception as exc:
                run.end("FAILED", f"{type(exc).__name__}: {exc}")
                raise
            finally:
                del self._active[run.job_run_id]
            if run.status == "FAILED":
                failed(run)

        threading.Thread(target=work, name=f"glue-{run.job_run_id[:12]}", daemon=True).start()

    def warm_up(self, job: Any, run: JobRun) -> None:
        """Start Spark in the background, as ``run`` would need it; the next run waits for that."""
        threading.Thread(target=self._warm_up, args=(job, run), name="warm-up", daemon=True).start()

    def _warm_up(self, job: Any, run: JobRun) -> None:
        with self._spark:
            try:
                launch = self._prepare(job, run)
            except JobUnrunnable:
                return  # a run will tell why
            if isinstance(launch.starts, OnWarmSpark):
                script = Path(launch.command[0])
                launch.starts.warm_up(script, env=launch.env, cwd=launch.folder)
            shutil.rmtree(launch.folder, ignore_errors=True)

    def stop(self, run: JobRun) -> None:
        """End the run's process; its state becomes STOPPED."""
        with self._ending:
            supervisor = self._active.get(run.job_run_id)
            if supervisor is not None and run.status not in ENDED:
                run.status = "STOPPING"
                supervisor.stop()

    def _run(self, job: Any, run: JobRun, supervisor: Supervisor) -> None:
        attempt = f"-attempt-{run.attempt}" if run.attempt else ""
        log = self._cloud.home.logs / f"glue-{job.name}-{run.job_run_id[:19]}{attempt}.log"
        try:
            launch = self._prepare(job, run)
        except JobUnrunnable as exc:
            self._finish(run, "FAILED", str(exc), log)
            return
        with self._turn(job, supervisor):
            if supervisor.stopping:
                self._finish(run, "STOPPED", None, log)
                return
            run.begin()
            ending = self._execute(job, run, supervisor, launch, log)
        shutil.rmtree(launch.folder, ignore_errors=True)
        self._conclude(run, ending, log)

    def _prepare(self, job: Any, run: JobRun) -> Launch:
        engine = self._cloud.containers
        if engine is not None:
            return prepare_container(self._cloud, engine, job, run)
        return prepare(self._cloud, self._warm, job, run)

    @contextmanager
    def _turn(self, job: Any, supervisor: Supervisor) -> Any:
        if job.command["Name"] == "pythonshell":
            yield
            return
        held = False
        while not held and not supervisor.stopping:
            held = self._spark.acquire(timeout=_WAIT_FOR_SPARK_S)
        try:
            yield
        finally:
            if held:
                self._spark.release()

    def _execute(
        self, job: Any, run: JobRun, supervisor: Supervisor, launch: Launch, log: Path
    ) -> Ending:
        fault = self._cloud.faults.take("glue-job", job.name)
        if fault:
            self._warm.retire()  # a run on a warm JVM could end before it is killed
        kind = fault.kind if fault else ""
        with log.open("wb") as output:
            child = launch.starts.start(
                launch.command, env=launch.env, cwd=launch.folder, stdout=output
            )
        return supervisor.watch(
            [child],
            limit_s=60.0 * (run.timeout or _DEFAULT_TIMEOUT_MIN),
            kill_after_s=_KILL_AFTER_S[job.command["Name"]] if kind == "kill" else None,
            hangs=kind == "hang",
        )

    def _conclude(self, run: JobRun, ending: Ending, log: Path) -> None:
        if ending.reason is Reason.STOPPED:
            self._finish(run, "STOPPED", None, log)
        elif ending.reason is Reason.TIMED_OUT:
            limit_min = run.timeout or _DEFAULT_TIMEOUT_MIN
            self._finish(run, "TIMEOUT", f"The run took longer than {limit_min} minutes", log)
        elif ending.status:
            lines = log.read_text(errors="replace").splitlines()
            self._finish(run, "FAILED", failure_line(lines, ending.status), log)
        else:
            self._finish(run, "SUCCEEDED", None, log)

    def _finish(self, run: JobRun, status: str, error_message: str | None, log: Path) -> None:
        """Publish the log, then the state: who sees the state finds the log."""
        lines = log.read_text(errors="replace").splitlines()[-_KEPT_LINES:] if log.exists() else []
        put_lines(self._cloud, "/aws-glue/jobs/output", run.job_run_id, lines)
        if error_message:
            put_lines(self._cloud, "/aws-glue/jobs/error", run.job_run_id, [error_message])
        with self._ending, self._cloud.keeping.ending("glue"):
            run.end(status, error_message)
