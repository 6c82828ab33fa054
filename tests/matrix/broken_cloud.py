"""The cloud that is broken: by its own API and by AWS's, which people on call have too."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import boto3
from checkout import Checkout

DEADLINE_S = 900
"""Of each break; on a machine that has nothing else to do most take two seconds."""
_AT_WORK_S = 180
"""What is at work while a pause is skipped keeps so long for itself at least."""
_POLL_S = 1.5
"""Crawls are looked at every second on a laptop."""
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}
_NOTIFY_LOG = "/aws/lambda/millrace-local-notify"
_DEAD_LETTERS = "millrace-local-notify-dead-letters"
_DONE = ('"already announced"', '"failure announced"', '"failure left')
_LOOK_EVERY_S = 0.25


def wait_for(look: Callable[[], Any]) -> Any:
    """What ``look`` finds, once it finds something."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(_LOOK_EVERY_S)
    raise AssertionError(f"nothing was found in {DEADLINE_S} s")


@dataclass(frozen=True, slots=True)
class Mail:
    """One that was delivered."""

    to: str
    subject: str
    text: str


@dataclass
class BrokenCloud:
    """One cloud for all breaks."""

    checkout: Checkout
    moved: timedelta = field(default_factory=timedelta)
    _seen: set[str] = field(default_factory=set)

    @cached_property
    def endpoint(self) -> str:
        return str(json.loads((self.checkout.home / "endpoint.json").read_text())["endpoint"])

    def cpu_seconds(self) -> float:
        """Of the cloud's process and of its children that have ended (proc(5), "stat")."""
        pid = json.loads((self.checkout.home / "endpoint.json").read_text())["pid"]
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    @cached_property
    def steps(self) -> Any:
        return self.client("stepfunctions")

    @cached_property
    def machines(self) -> dict[str, str]:
        """ARN of each machine, by its short name."""
        found = self.steps.list_state_machines()["stateMachines"]
        return {
            one["name"].removeprefix("millrace-local-"): one["stateMachineArn"] for one in found
        }

    def control(self, method: str, path: str, **body: Any) -> Any:
        request = Request(
            f"{self.endpoint}/_localcloud/{path}", json.dumps(body).encode(), method=method
        )
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)

    @contextmanager
    def faults(self, *faults: dict[str, Any]) -> Iterator[None]:
        """Let work and calls meet faults as long as the block lasts; stops crawls that hang."""
        for fault in faults:
            self.control("POST", "faults", **fault)
        try:
            yield
        finally:
            self.control("DELETE", "faults")
            if any(fault["service"] == "glue-crawler" for fault in faults):
                self._stop_crawls()

    def _stop_crawls(self) -> None:
        glue = self.client("glue")
        for crawler in glue.get_crawlers()["Crawlers"]:
            if crawler["State"] == "RUNNING":
                glue.stop_crawler(Name=crawler["Name"])
        wait_for(lambda: all(one["State"] == "READY" for one in glue.get_crawlers()["Crawlers"]))

    def let_pass(self, seconds: float) -> None:
        self.moved += timedelta(seconds=seconds)
        self.control("POST", "clock", now=(datetime.now(UTC) + self.moved).isoformat())

    def deadlines(self) -> tuple[list[float], list[float]]:
        """Seconds until the end of each pause, and of what is at work; the next first."""
        told = self.control("GET", "clock")
        pauses, others = told["pauses_s"], told["pending_s"]
        for pause in pauses:
            others.remove(min(others, key=lambda left: abs(left - pause)))
        return pauses, [left for left in others if left > _POLL_S]

    def start(self, machine: str, document: Any, name: str) -> str:
        started = self.steps.start_execution(
            stateMachineArn=self.machines[machine], input=json.dumps(document), name=name
        )
        return str(started["executionArn"])

    def end(self, execution: str, move: Callable[[], None] = lambda: None) -> Any:
        """The event that ended an execution's latest attempt; until then time is moved."""

        def ended() -> Any:
            newest = self.steps.get_execution_history(
                executionArn=execution, reverseOrder=True, maxResults=1
            )["events"][0]
            if newest["type"] in _ENDS:
                return newest
            move()
            return None

        return wait_for(ended)

    def skip_pauses(self) -> None:
        """Let the pauses between tries be over."""
        pauses, at_work = self.deadlines()
        if pauses and all(left > pauses[0] + _AT_WORK_S for left in at_work):
            self.let_pass(max(pauses[0], 0) + 0.05)

    def run_into(self, limit_s: float, execution: str, state: str, held: Sequence[str]) -> None:
        """Let a state's time-out come, once what is at work beside it is done, or is held."""
        _, left = self.deadlines()
        nothing_sooner = limit_s * (0.8 if limit_s >= 300 else 0.1)
        is_due = bool(left) and nothing_sooner <= min(left) <= limit_s
        if not is_due:
            return
        # A state before or beside it may have a limit as long or shorter.
        at_work = self.at_work(execution)
        if state in at_work and at_work <= {state, *held}:
            self.let_pass(min(left) + 0.05)

    def at_work(self, execution: str) -> set[str]:
        """Task states that an execution's latest attempt has entered and not left."""
        pages = self.steps.get_paginator("get_execution_history")
        newest: dict[str, str] = {}
        for page in pages.paginate(executionArn=execution, reverseOrder=True):
            for event in page["events"]:
                if event["type"].startswith("TaskState"):
                    kind = next(name for name in event if name.startswith("state"))
                    newest.setdefault(event[kind]["name"], kind)
                if event["type"] in ("ExecutionStarted", "ExecutionRedriven"):
                    return {name for name, kind in newest.items() if "Entered" in kind}
        return set()

    def times_heard(self) -> int:
        """How often notify has heard of a failure, on either of its ways, and is done with it.

        A way that finds the other at work for as long as it tries leaves a dead letter.
        """
        logs, queues = self.client("logs"), self.client("sqs")
        dead = queues.get_queue_url(QueueName=_DEAD_LETTERS)["QueueUrl"]
        number = "ApproximateNumberOfMessages"
        lines = logs.filter_log_events(logGroupName=_NOTIFY_LOG, limit=10_000)["events"]
        done = sum(any(word in line["message"] for word in _DONE) for line in lines)
        kept = queues.get_queue_attributes(QueueUrl=dead, AttributeNames=[number])
        return done + int(kept["Attributes"][number])

    def await_telling(self, before: int) -> None:
        """Return when notify has heard of one more failure than then, on both of its ways."""
        wait_for(lambda: self.times_heard() >= before + 2)

    def new_mails(self, *words: str) -> list[Mail]:
        """Mails not read before whose subject has these words."""
        files = [f for f in self.checkout.home.glob("mail/*.eml") if f.name not in self._seen]
        self._seen |= {file.name for file in files}
        mails = [_read(file.read_bytes()) for file in files]
        return [mail for mail in mails if all(word in mail.subject for word in words)]


def _read(mail: bytes) -> Mail:
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    return Mail(str(message["To"]), str(message["Subject"]).strip(), body.get_content())
