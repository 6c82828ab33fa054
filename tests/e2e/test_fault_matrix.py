"""Every state broken in turn within one run: told once each time, resumed by the command told.

The same run goes through all of it, by redrives, so that what had been done is not done again; at
its end the tables are those of a dataset that nothing disturbed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import boto3
import pytest
from checkout import DEADLINE_S, Checkout, some_flights

EVERY = 337
BOTH = {"network-planning@example.com", "support@example.com"}
COMPARED = "year, month, day, carrier, flight, origin, dep_delay, flight_date, flight_month"


@dataclass
class Cloud:
    """The cloud of a checkout, broken and mended by its own API and by AWS's."""

    checkout: Checkout
    seen: set[str] = field(default_factory=set)
    """Names of the mails that were looked at."""

    @property
    def endpoint(self) -> str:
        return str(json.loads((self.checkout.home / "endpoint.json").read_text())["endpoint"])

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def control(self, method: str, path: str, **body: Any) -> None:
        request = Request(
            f"{self.endpoint}/_localcloud/{path}", json.dumps(body).encode(), method=method
        )
        build_opener(ProxyHandler({})).open(request, timeout=30).close()

    @contextmanager
    def fault(self, service: str, name: str, kind: str = "kill") -> Iterator[None]:
        self.control("POST", "faults", service=service, name=name, kind=kind)
        try:
            yield
        finally:
            self.control("DELETE", "faults")

    @contextmanager
    def wrong_view(self) -> Iterator[None]:
        s3 = self.client("s3")
        where = {
            "Bucket": "millrace-local-artifacts-123456789012",
            "Key": "datasets/flights/views/daily_departures.sql",
        }
        right = s3.get_object(**where)["Body"].read()
        s3.put_object(**where, Body=b"select origin,\n       nonsense\nfrom refined.flights")
        try:
            yield
        finally:
            s3.put_object(**where, Body=right)

    @contextmanager
    def senseless_answer(self) -> Iterator[None]:
        """The view function answers ``false``, as a broken release might."""
        functions, name = self.client("lambda"), "millrace-local-view"
        right = {"Command": ["millrace_view.handler.handler"]}
        wrong = {"Command": ["operator.eq"]}
        functions.update_function_configuration(FunctionName=name, ImageConfig=wrong)
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, ImageConfig=right)

    def new_mails(self, at_least: int) -> list[tuple[str, str, str]]:
        """Recipient, subject and text of mails not seen before, once there are so many."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            files = [f for f in self.checkout.home.glob("mail/*.eml") if f.name not in self.seen]
            if len(files) >= at_least or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        self.seen |= {file.name for file in files}
        return [_read(file.read_bytes()) for file in files]


def _read(mail: bytes) -> tuple[str, str, str]:
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    return str(message["To"]), str(message["Subject"]).strip(), body.get_content()


@pytest.fixture(scope="module")
def cloud(checkout: Checkout) -> Cloud:
    """A cloud with two datasets alike: one to be broken, one that nothing disturbs."""
    calm = checkout.root / "datasets" / "calm"
    calm.mkdir()
    text = checkout.spec.read_text(encoding="utf-8")
    calm_text = text.replace("name: flights", "name: calm", 1)
    calm_text = calm_text[: calm_text.index("\nforecast:")]
    (calm / "dataset.yaml").write_text(calm_text + "\n", encoding="utf-8")
    transform = checkout.root / "datasets" / "flights" / "transform.sql"
    (calm / "transform.sql").write_text(transform.read_text(encoding="utf-8"), encoding="utf-8")
    checkout.offer("flights-0.csv", some_flights(every=EVERY))
    done = checkout.millrace("up")
    assert done.returncode == 0, done.stdout + done.stderr
    return Cloud(checkout)


def breaks(cloud: Cloud) -> list[tuple[str, str, str, Any]]:
    """State, error, words of the cause, and what breaks it, in the order of the machine."""
    return [
        ("Ingest", "Runtime.ExitError", "", cloud.fault("lambda", "millrace-*-ingest")),
        (
            "Ingest",
            "Lambda.TooManyRequestsException",
            "Rate",
            cloud.fault("lambda", "millrace-*-ingest", "throttle"),
        ),
        ("CrawlLanding", "States.TaskFailed", "", cloud.fault("glue-crawler", "*-landing")),
        ("Etl", "States.TaskFailed", "", cloud.fault("glue-job", "millrace-*-etl")),
        ("CrawlRefined", "States.TaskFailed", "", cloud.fault("glue-crawler", "*-refined")),
        ("View", "Runtime.ExitError", "", cloud.fault("lambda", "millrace-*-view")),
        (
            "View",
            "TerminalError",
            "datasets/flights/views/daily_departures.sql, line 2, column 8",
            cloud.wrong_view(),
        ),
        ("View", "", "", cloud.senseless_answer()),
        ("Train", "States.TaskFailed", "", cloud.fault("sagemaker-job", "v*")),
        ("Forecast", "States.TaskFailed", "", cloud.fault("sagemaker-job", "millrace-*")),
        ("CrawlForecast", "States.TaskFailed", "", cloud.fault("glue-crawler", "*-forecast")),
        ("Acknowledge", "Runtime.ExitError", "", cloud.fault("lambda", "millrace-*-ingest")),
    ]


def test_each_state_broken_in_turn_is_told_once_and_resumed_by_the_command_told(cloud: Cloud):
    command = ["run", "flights"]
    for redrives, (state, error, words, broken) in enumerate(breaks(cloud)):
        with broken:
            done = cloud.checkout.millrace(*command)
        told = f"{state} by {error}: {done.stdout}{done.stderr}"
        assert done.returncode == 1, told

        mails = cloud.new_mails(at_least=2)

        assert {to for to, _, _ in mails} == BOTH, told
        assert len(mails) == 2, told
        _, subject, text = mails[0]
        (run_id,) = re.findall(r"^Run: +(\S+?)(?:, redrive \d+)?$", text, re.MULTILINE)
        assert subject == f"[millrace] flights: {state} failed (run {run_id})", told
        assert f"The state {state} failed with {error}" in text
        assert words in text
        assert (f"redrive {redrives}" in text) == bool(redrives)
        command = re.findall(r"^ +millrace (redrive \S+)$", text, re.MULTILINE)[0].split()

    done = cloud.checkout.millrace(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    mails = cloud.new_mails(at_least=2)
    assert {to for to, _, _ in mails} == BOTH
    assert {subject for _, subject, _ in mails} == {f"[millrace] flights: recovered (run {run_id})"}
    assert f"after {len(breaks(cloud))} failures" in mails[0][2]


def test_after_all_that_the_tables_are_those_of_a_dataset_that_nothing_disturbed(cloud: Cloud):
    done = cloud.checkout.millrace("run", "calm")
    assert done.returncode == 0, done.stdout + done.stderr

    for zone, columns in (("landing", "count(*) as n"), ("refined", COMPARED)):
        order = f" order by {columns}" if zone == "refined" else ""
        flights, calm = (
            cloud.checkout.query(f"select {columns} from {zone}.{dataset}{order}")
            for dataset in ("flights", "calm")
        )
        assert flights == calm
    views = cloud.checkout.query("select count(*) as n from refined.daily_departures")
    assert int(views[0]["n"]) > 0
    ahead = cloud.checkout.query("select count(*) as n from forecast.flights")
    assert int(ahead[0]["n"]) == 3 * 14
