"""Lambda entry point: parse, call, translate errors. Nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from pydantic import BaseModel, Field, TypeAdapter

from millrace_contracts.state import ExtractionState
from millrace_contracts.state.opening import open_extraction_state, open_run_state
from millrace_contracts.state.unavailable import StateUnavailable
from millrace_ingest.acknowledging import AcknowledgeRun
from millrace_ingest.adapters.aws_errors import aws_errors
from millrace_ingest.adapters.aws_session import open_session
from millrace_ingest.adapters.s3 import S3Artifacts
from millrace_ingest.adapters.secrets import AwsSecrets
from millrace_ingest.errors import TerminalError, TransientError
from millrace_ingest.extracting import Window
from millrace_ingest.ports import Secrets
from millrace_ingest.settings import Settings
from millrace_ingest.sources import LandDataset

_MARGIN = timedelta(seconds=30)
"""Kept of the Lambda's time for the manifest and the answer."""
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=5,
    read_timeout=60,
    # S3 checks the signed SHA-256 of each body itself, so the signature needs no second hash.
    s3={"payload_signing_enabled": False},
)

logger = Logger()


class _Request(BaseModel):
    dataset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    run_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]


_Bound = Annotated[str, Field(pattern=r"^[0-9A-Za-z:+._ -]{1,64}$")]


class WindowRequest(BaseModel):
    """A range of the source's incremental field, as text: from is in it, to is not."""

    begin: Annotated[_Bound, Field(alias="from")]
    end: Annotated[_Bound, Field(alias="to")]


class LandRequest(_Request):
    """Asks to land what is new; or a window, beside the watermark."""

    action: Literal["land"]
    window: WindowRequest | None = None


class AcknowledgeRequest(_Request):
    """Tells that everything after landing has succeeded."""

    action: Literal["acknowledge"]


_REQUEST: TypeAdapter[LandRequest | AcknowledgeRequest] = TypeAdapter(
    Annotated[LandRequest | AcknowledgeRequest, Field(discriminator="action")]
)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer ``BatchLanded`` or ``RunSucceeded``, by the request's action."""
    with _state_errors():
        request = _REQUEST.validate_python(event)
        logger.append_keys(dataset=request.dataset, run_id=request.run_id)
        land_dataset, acknowledge_run = _use_cases()
        with aws_errors():
            if isinstance(request, AcknowledgeRequest):
                done = acknowledge_run.acknowledge(request.dataset, request.run_id)
                logger.info("run acknowledged", files=done.files)
                return done.model_dump(mode="json")
            left = timedelta(milliseconds=context.get_remaining_time_in_millis())
            asked = request.window
            window = None if asked is None else Window(asked.begin, asked.end)
            deadline = _now() + left - _MARGIN
            landed = land_dataset.land(request.dataset, request.run_id, deadline, window)
            logger.info(
                "batch landed", files=landed.files, size_bytes=landed.size_bytes, more=landed.more
            )
            return landed.model_dump(mode="json")


@cache
def _use_cases() -> tuple[LandDataset, AcknowledgeRun]:
    """Build the service once per container; not at import, so tests can set the environment."""
    settings = Settings.from_env(os.environ)
    boto3.setup_default_session(botocore_session=open_session())
    s3 = boto3.client("s3", config=_CONFIG)
    state = open_run_state(settings.state_url, _CONFIG)
    artifacts = S3Artifacts(s3, settings.artifacts_bucket)
    land_dataset = LandDataset(
        state=state,
        extractions=_extractions,
        artifacts=artifacts,
        s3=s3,
        secrets=_secrets,
        sqs=partial(boto3.client, "sqs", config=_CONFIG),
        settings=settings,
        now=_now,
        sleep=time.sleep,
    )
    return land_dataset, AcknowledgeRun(state, artifacts, _now)


@cache
def _extractions() -> ExtractionState:
    return open_extraction_state(Settings.from_env(os.environ).state_url, _CONFIG)


@cache
def _secrets() -> Secrets:
    return AwsSecrets(
        cache(partial(boto3.client, "secretsmanager", config=_CONFIG)),
        cache(partial(boto3.client, "ssm", config=_CONFIG)),
    )


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
