"""A cloud that breaks what runs in it, where Spark and the forecast are small stand-ins.

The machines, notify, its topic and the other services are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from checkouts import ROOT, Checkout, running_checkout, wait_for

from millrace.laptop import Laptop
from millrace.mailbox import Mail, read_mails

STAND_INS = Path(__file__).parent / "stand_ins"
FORECAST = """\
  - {name: price, type: double}
  - {name: day, type: date}
forecast: {series: [id], time: day, target: {count: "*"}, frequency: D, horizon: 1}
"""
DATASETS_TO_DISTURB = {
    "broken": FORECAST,
    "calm": FORECAST,
    "stopped": "",
    "slow": "",
    "quiet": "schedule: rate(1 day)\nexpect: {fresh_within_hours: 26}",
    "few": "",
    "empty": "",
    "chatty": "",
    "talked": "",
    "viewed": "  - {name: price, type: double}",
    "mute": "",
}
VIEW = "select id, price * 2 as doubled\nfrom refined.%s\nwhere id > 0\n"
_ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was told of failures up to a moment."""

    reports: int
    heard: int
    """How often notify heard of one; it never hears of some while it is broken."""


@dataclass
class Disturbed:
    """A checkout whose cloud breaks things on request."""

    checkout: Checkout
    ahead: timedelta = field(default_factory=timedelta)
    """How far its clock was moved."""

    @property
    def steps(self) -> Any:
        return self.checkout.aws.client("stepfunctions")

    def control(self, method: str, path: str, **body: Any) -> None:
        Laptop(str(self.checkout.aws.endpoint), 0).control(method, path, body)

    @contextmanager
    def fault(self, service: str, name: str, kind: str, times: int | None = None) -> Iterator[None]:
        """Let everything of that name meet a fault within the block, or so many times."""
        self.control("POST", "faults", service=service, name=name, kind=kind, times=times)
        try:
            yield
        finally:
            self.control("DELETE", "faults")

    def let_pass(self, seconds: float) -> None:
        """Move the cloud's clock."""
        self.ahead += timedelta(seconds=seconds)
        self.control("POST", "clock", now=(datetime.now(UTC) + self.ahead).isoformat())

    def pending(self) -> list[float]:
        """Seconds until each deadline that somebody in the cloud waits for."""
        return self._clock("pending_s")

    def pauses(self) -> list[float]:
        """Seconds until the end of each pause before a state is tried again, the next first."""
        return self._clock("pauses_s")

    def _clock(self, which: str) -> list[float]:
        told = Laptop(str(self.checkout.aws.endpoint), 0).control("GET", "clock")
        return list(told[which])

    def attempt(self, execution_arn: str) -> list[Any]:
        """Events of an execution's latest attempt, newest first."""
        pages = self.steps.get_execution_history(
            executionArn=execution_arn, reverseOrder=True, maxResults=200
        )
        found = []
        for event in pages["events"]:
            found.append(event)
            if event["type"] in ("ExecutionStarted", "ExecutionRedriven"):
                break
        return found

    def ended(self, execution_arn: str) -> str:
        """An execution's status, once it has ended."""
        describe = self.steps.describe_execution
        return str(
            wait_for(
                lambda: (
                    status
                    if (status := describe(executionArn=execution_arn)["status"]) in _ENDED
                    else None
                )
            )
        )

    def mails(self, dataset: str) -> list[Mail]:
        """Every mail about a dataset."""
        folder = self.checkout.root / ".millrace" / "mail"
        return [mail for mail in read_mails(folder) if f"] {dataset}:" in mail.subject]

    def so_far(self) -> SoFar:
        """What has been reported and heard of by now."""
        return SoFar(len(self.checkout.executions("report")), self._times_heard())

    def reported(self, before: SoFar, number: int) -> list[Any]:
        """Executions of the machine that reports, once so many more failures are heard of twice."""

        def ended() -> list[Any] | None:
            found = self.checkout.executions("report")
            done = [one for one in found if one["status"] != "RUNNING"]
            return done if len(done) >= before.reports + number else None

        found = list(wait_for(ended))
        wait_for(lambda: self._times_heard() >= before.heard + 2 * number)
        return found

    def _times_heard(self) -> int:
        return self._times_told() + self._dead_letters()

    def _dead_letters(self) -> int:
        """Of one of notify's ways, when it found the other at work for as long as it tried."""
        queues, number = self.checkout.aws.client("sqs"), "ApproximateNumberOfMessages"
        url = queues.get_queue_url(QueueName="millrace-local-notify-dead-letters")["QueueUrl"]
        kept = queues.get_queue_attributes(QueueUrl=url, AttributeNames=[number])
        return int(kept["Attributes"][number])

    def _times_told(self) -> int:
        """How often notify has heard of a failure, on either of its two ways, and settled it."""
        told = self.checkout.aws.client("logs").filter_log_events(
            logGroupName="/aws/lambda/millrace-local-notify", limit=10_000
        )
        lines = [event["message"] for event in told["events"]]
        return sum('"already announced"' in one or '"failure announced"' in one for one in lines)


@contextmanager
def running_disturbed(root: Path, datasets: dict[str, str]) -> Iterator[Disturbed]:
    """A cloud with stand-ins in the places of Spark and of the forecast."""
    if not (ROOT / "services" / "view" / ".venv").exists():
        pytest.skip("needs services/view set up: make setup")
    services = root / "services"
    services.mkdir()
    for service in ("ingest", "view", "notify"):
        (services / service).symlink_to(ROOT / "services" / service)
    python = ROOT / "localcloud" / ".venv" / "bin" / "python"
    for service in ("etl", "forecast"):
        folder = services / service
        (folder / ".venv" / "bin").mkdir(parents=True)
        for part in ("deploy", "pyproject.toml", "src"):
            (folder / part).symlink_to(ROOT / "services" / service / part)
        program = folder / ".venv" / "bin" / "python"
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{STAND_INS}" exec "{python}" "$@"\n')
        program.chmod(0o755)
    for name, more in datasets.items():
        if more.startswith("  - {name: price"):
            views = root / "datasets" / name / "views"
            views.mkdir(parents=True)
            (views / f"{name}_doubled.sql").write_text(VIEW % name)
    parts = ("dist", "localcloud", "orchestration", "shared")
    with running_checkout(root, datasets, parts) as checkout:
        _put_stand_in(checkout)
        yield Disturbed(checkout)


def _put_stand_in(checkout: Checkout) -> None:
    bucket, job = checkout.aws.bucket("artifacts"), checkout.aws.parameter("etl/job")
    script = (STAND_INS / "etl.py").read_bytes()
    checkout.aws.client("s3").put_object(Bucket=bucket, Key="stand-in/etl.py", Body=script)
    glue = checkout.aws.client("glue")
    was = glue.get_job(JobName=job)["Job"]
    kept = ("Role", "DefaultArguments", "Timeout", "ExecutionProperty", "MaxRetries")
    command = {"Name": "pythonshell", "ScriptLocation": f"s3://{bucket}/stand-in/etl.py"}
    update = {**{name: was[name] for name in kept}, "Command": command}
    modules = was["DefaultArguments"]["--additional-python-modules"].split(",")
    (wheel,) = (module for module in modules if "millrace_etl" in module)
    update["DefaultArguments"]["--additional-python-modules"] = wheel
    glue.update_job(JobName=job, JobUpdate=update)


def entered(events: Sequence[Any]) -> dict[str, str]:
    """What happened last to each state of an attempt: ``entered`` or ``exited``."""
    last: dict[str, str] = {}
    for event in reversed(events):
        for word in ("Entered", "Exited"):
            details = event.get(f"state{word}EventDetails")
            if details:
                last[details["name"]] = word.lower()
    return last
