"""Lambda entry point: parse, call, translate errors. Nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from millrace_contracts.state.opening import open_run_state
from millrace_contracts.state.unavailable import StateUnavailable
from millrace_notify.adapters.aws_errors import aws_errors
from millrace_notify.adapters.cloudwatch import CloudWatchMetrics
from millrace_notify.adapters.sns import SnsTopic
from millrace_notify.adapters.specs import S3Specs
from millrace_notify.adapters.step_functions import StepFunctionsExecutions
from millrace_notify.adapters.webhooks import HttpWebhooks, urls_from_secret
from millrace_notify.announcing import AnnounceFailure
from millrace_notify.chat import chat_message
from millrace_notify.errors import TerminalError, TransientError
from millrace_notify.recovering import AnnounceRecovery
from millrace_notify.requests import (
    CheckRequested,
    ExecutionStatusChanged,
    ExecutionSucceeded,
    FailureTold,
    MessageDelivered,
    parse_request,
)
from millrace_notify.settings import Settings
from millrace_notify.watching import WatchExpectations

_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 3}, connect_timeout=3, read_timeout=10
)

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Announce what ``event`` tells of; answer whether a message went out."""
    with _state_errors(), aws_errors():
        request = parse_request(event)
        if isinstance(request, CheckRequested):
            return _watch(request)
        if isinstance(request, MessageDelivered):
            return _forward(request)
        if isinstance(request, ExecutionSucceeded):
            return _announce_recovery(request)
        return _announce_failure(request)


def _announce_failure(request: FailureTold | ExecutionStatusChanged) -> dict[str, Any]:
    attempt = request.as_attempt(_now())
    logger.append_keys(dataset=attempt.dataset, run_id=attempt.run_id, redrives=attempt.redrives)
    announced = None if attempt.is_of_its_runs else _services().failures.announce(attempt)
    if announced is None:
        logger.info("already announced")
        return {"published": False}
    failure = announced.event
    logger.info(
        "failure announced" if announced.was_published else "failure left to a later message",
        stage=failure.stage,
        error=failure.error,
        repeats=failure.repeats,
    )
    return {"published": announced.was_published, "event": failure.model_dump(mode="json")}


def _announce_recovery(request: ExecutionSucceeded) -> dict[str, Any]:
    success = request.as_success(_now())
    logger.append_keys(run_id=success.run_id, redrives=success.redrives)
    recovered = _services().recoveries.announce(success)
    if recovered is None:
        return {"published": False}
    logger.info("recovery announced", dataset=recovered.dataset, failures=recovered.failures)
    return {"published": True, "event": recovered.model_dump(mode="json")}


def _watch(request: CheckRequested) -> dict[str, Any]:
    missed = _services().expectations.watch(request.at)
    for one in missed:
        logger.info("expectation missed", dataset=one.dataset, expectation=one.expectation)
    return {"published": len(missed)}


def _forward(request: MessageDelivered) -> dict[str, Any]:
    posted = 0
    for subject, body in request.messages():
        message = chat_message(subject, body)
        is_posted = _services().webhooks.post(message.team, message.text)
        logger.info("message posted" if is_posted else "no webhook", team=message.team)
        posted += is_posted
    return {"published": posted}


class _Services:
    """Everything that this function does; each is built when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state = open_run_state(settings.state_url, _CONFIG)
        self._specs = S3Specs(boto3.client("s3", config=_CONFIG), settings.artifacts_bucket)
        self._topic = SnsTopic(boto3.client("sns", config=_CONFIG), settings.topic_arn)

    @cached_property
    def failures(self) -> AnnounceFailure:
        executions = StepFunctionsExecutions(boto3.client("stepfunctions", config=_CONFIG))
        return AnnounceFailure(self._state, executions, self._specs, self._topic, _now)

    @cached_property
    def recoveries(self) -> AnnounceRecovery:
        return AnnounceRecovery(self._state, self._specs, self._topic, _now)

    @cached_property
    def expectations(self) -> WatchExpectations:
        client = boto3.client("cloudwatch", config=_CONFIG)
        metrics = CloudWatchMetrics(client, self._settings.environment)
        return WatchExpectations(self._state, self._specs, self._topic, metrics, _now)

    @cached_property
    def webhooks(self) -> HttpWebhooks:
        client = boto3.client("secretsmanager", config=_CONFIG)
        # Read for each message, so that a URL that was replaced is not used again.
        return HttpWebhooks(lambda: urls_from_secret(client, self._settings.webhook_secret))


@cache
def _services() -> _Services:
    """Built once per container; not at import, so tests can set the environment."""
    return _Services(Settings.from_env(os.environ))


@contextmanager
def _state_errors() -> Iterator[None]:
    """Raise the base class itself: Step Functions matches an error by its exact class name."""
    try:
        yield
    except (TransientError, StateUnavailable) as exc:
        raise TransientError(f"{type(exc).__name__}: {exc}") from exc
    except (TerminalError, ValueError) as exc:
        raise TerminalError(f"{type(exc).__name__}: {exc}") from exc


def _now() -> datetime:
    return datetime.now(UTC)
