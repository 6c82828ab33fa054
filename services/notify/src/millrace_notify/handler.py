"""Lambda entry point: parse, call, translate errors. Nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_notify.adapters.aws_errors import aws_errors
from millrace_notify.adapters.sns import SnsTopic
from millrace_notify.adapters.specs import S3Owners
from millrace_notify.adapters.step_functions import StepFunctionsExecutions
from millrace_notify.announcing import AnnounceFailure
from millrace_notify.errors import TerminalError, TransientError
from millrace_notify.requests import parse_request
from millrace_notify.settings import Settings

_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 3}, connect_timeout=3, read_timeout=10
)

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Announce the failure that ``event`` tells of; answer whether a message went out."""
    with _state_errors():
        attempt = parse_request(event).as_attempt(_now())
        logger.append_keys(
            dataset=attempt.dataset, run_id=attempt.run_id, redrives=attempt.redrives
        )
        with aws_errors():
            announced = _use_case().announce(attempt)
        if announced is None:
            logger.info("already announced")
            return {"published": False}
        logger.info("failure announced", stage=announced.stage, error=announced.error)
        return {"published": True, "event": announced.model_dump(mode="json")}


@cache
def _use_case() -> AnnounceFailure:
    """Build the service once per container; not at import, so tests can set the environment."""
    settings = Settings.from_env(os.environ)
    table = boto3.resource("dynamodb", config=_CONFIG).Table(settings.state_table)
    return AnnounceFailure(
        state=DynamoRunState(table),
        executions=StepFunctionsExecutions(boto3.client("stepfunctions", config=_CONFIG)),
        owners=S3Owners(boto3.client("s3", config=_CONFIG), settings.artifacts_bucket),
        topic=SnsTopic(boto3.client("sns", config=_CONFIG), settings.topic_arn),
        now=_now,
    )


@contextmanager
def _state_errors() -> Iterator[None]:
    """Raise the base class itself: Step Functions matches an error by its exact class name."""
    try:
        yield
    except TransientError as exc:
        raise TransientError(f"{type(exc).__name__}: {exc}") from exc
    except (TerminalError, ValueError) as exc:
        raise TerminalError(f"{type(exc).__name__}: {exc}") from exc


def _now() -> datetime:
    return datetime.now(UTC)
