"""Run SageMaker jobs, each in a thread that waits for its containers' processes."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.containers import ImageMissing
from millrace_localcloud.environments import EnvironmentUnknown
from millrace_localcloud.jobs.failures import failure_line
from millrace_localcloud.jobs.log_events import put_lines
from millrace_localcloud.jobs.supervision import Ending, Reason, Supervisor
from millrace_localcloud.sagemaker.container import Container
from millrace_localcloud.sagemaker.errors import JobFailed
from millrace_localcloud.sagemaker.launch import Launch, plan_launch
from millrace_localcloud.sagemaker.plan import JobPlan, ServingPlan
from millrace_localcloud.sagemaker.record import ENDED, JobRecord

_KILL_AFTER_S = 0.5
"""When an asked-for fault ends the processes."""


class SageMakerRunner:
    """Starts jobs and stops them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._active: dict[str, Supervisor] = {}
        self._ending = threading.Lock()

    def start(self, record: JobRecord, plan: JobPlan) -> None:
        """Run in the background."""
        supervisor = self._active[record.arn] = Supervisor(self._cloud.clock)
        folder = self._cloud.home.work / "sagemaker" / f"{record.kind}-{record.name}"

        def work() -> None:
            try:
                self._run(record, plan, supervisor, folder)
            except (JobFailed, EnvironmentUnknown, ImageMissing) as exc:
                known = str(exc) if isinstance(exc, JobFailed) else f"ClientError: {exc}"
                self._end(record, "Failed", known)
            except (ClientError, BotoCoreError) as exc:
                self._end(record, "Failed", f"ClientError: {exc}")
            except Exception as exc:
                self._end(record, "Failed", f"InternalServerError: {type(exc).__name__}: {exc}")
                raise
            finally:
                del self._active[record.arn]
                shutil.rmtree(folder, ignore_errors=True)

        threading.Thread(target=work, name=f"sagemaker-{record.name}", daemon=True).start()

    def stop(self, record: JobRecord) -> bool:
        """End the job's processes; False when it has ended already."""
        with self._ending:
            supervisor = self._active.get(record.arn)
            if supervisor is None or record.status in ENDED:
                return False
            record.stop_asked()
            supervisor.stop()
            return True

    def _run(self, record: JobRecord, plan: JobPlan, supervisor: Supervisor, folder: Path) -> None:
        s3 = self._cloud.client("s3")
        containers = [
            Container(index, folder / f"algo-{index + 1}") for index in range(plan.instances)
        ]
        launches = [plan_launch(self._cloud, plan, each) for each in containers]
        record.move_to("Downloading")
        plan.stage(s3, containers)
        if supervisor.stopping:
            self._end(record, "Stopped")
            return
        record.begin()
        logs = [
            self._cloud.home.logs / f"sagemaker-{record.name}-{each.host}.log"
            for each in containers
        ]
        ending = self._execute(record, plan, supervisor, containers, launches, logs)
        record.exit_message = plan.exit_message(containers)
        outputs = self._publish(record, plan, containers, logs)
        self._conclude(record, plan, ending, containers, outputs)

    def _execute(
        self,
        record: JobRecord,
        plan: JobPlan,
        supervisor: Supervisor,
        containers: Sequence[Container],
        launches: Sequence[Launch],
        logs: Sequence[Path],
    ) -> Ending:
        fault = self._cloud.faults.take("sagemaker-job", record.name)
        kind = fault.kind if fault else ""
        with ExitStack() as files:
            children = [
                launch.starts.start(
                    launch.command,
                    env=launch.env,
                    cwd=launch.folder,
                    stdout=files.enter_context(log.open("wb")),
                )
                for launch, log in zip(launches, logs, strict=True)
            ]
        ended = threading.Event()
        limit_s: float | None = float(record.stopping_condition["MaxRuntimeInSeconds"])
        if isinstance(plan, ServingPlan):
            driving = (plan, supervisor, containers, ended)
            name = f"sagemaker-{record.name}-drive"
            threading.Thread(target=self._drive, args=driving, name=name, daemon=True).start()
            limit_s = None
        try:
            return supervisor.watch(
                children,
                limit_s=limit_s,
                kill_after_s=_KILL_AFTER_S if kind == "kill" else None,
                hangs=kind == "hang",
            )
        finally:
            ended.set()

    def _drive(
        self,
        plan: ServingPlan,
        supervisor: Supervisor,
        containers: Sequence[Container],
        ended: threading.Event,
    ) -> None:
        try:
            plan.drive(self._cloud.client("s3"), containers, ended)
        except Exception as exc:
            supervisor.driven(exc)
        else:
            supervisor.driven()

    def _publish(
        self,
        record: JobRecord,
        plan: JobPlan,
        containers: Sequence[Container],
        logs: Sequence[Path],
    ) -> list[str]:
        """Put the logs where they belong; answers all their lines."""
        stamp = int(record.created_at.timestamp())
        lines: list[str] = []
        for container, log in zip(containers, logs, strict=True):
            said = log.read_text(errors="replace").splitlines()
            stream = f"{record.name}/{container.host}-{stamp}"
            put_lines(self._cloud, plan.log_group, stream, said)
            lines += said
        return lines

    def _conclude(
        self,
        record: JobRecord,
        plan: JobPlan,
        ending: Ending,
        containers: Sequence[Container],
        output: Sequence[str],
    ) -> None:
        if ending.reason is Reason.STOPPED or record.status == "Stopping":
            self._end(record, "Stopped")
        elif ending.reason is Reason.TIMED_OUT:
            limit = record.stopping_condition["MaxRuntimeInSeconds"]
            reason = f"The job ran longer than its MaxRuntimeInSeconds, {limit}"
            self._end(record, "Stopped", reason, secondary="MaxRuntimeExceeded")
        elif ending.status:
            if isinstance(plan, ServingPlan):
                plan.rescue(self._cloud.client("s3"))
            why = plan.failure(containers) or failure_line(output, ending.status)
            self._end(record, "Failed", f"AlgorithmError: {why}, exit code: {ending.status}")
        else:
            record.move_to("Uploading")
            plan.collect(self._cloud.client("s3"), containers)
            self._end(record, "Completed")

    def _end(
        self, record: JobRecord, status: str, reason: str | None = None, *, secondary: str = ""
    ) -> None:
        with self._ending, self._cloud.keeping.ending("sagemaker"):
            record.end(status, reason, secondary=secondary)
