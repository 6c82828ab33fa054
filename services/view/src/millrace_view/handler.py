"""Lambda entry point: parse, call, translate errors. Nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from pydantic import BaseModel, Field

from millrace_contracts.state.opening import open_run_state
from millrace_contracts.state.unavailable import StateUnavailable
from millrace_view.adapters.athena import AthenaWarehouse
from millrace_view.adapters.aws_errors import aws_errors
from millrace_view.adapters.glue import GlueCatalog
from millrace_view.adapters.s3 import S3ViewFiles
from millrace_view.errors import TableNotReady, TerminalError, TransientError
from millrace_view.making import MakeViews
from millrace_view.settings import Settings

_MARGIN = timedelta(seconds=10)
"""Kept of the Lambda's time for recording how it ended."""
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=30
)

logger = Logger()


class ViewRequest(BaseModel):
    """Input of the state, as sent by the state machine."""

    dataset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    run_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Make the dataset's views; answer ``ViewsReady``."""
    with _state_errors():
        request = ViewRequest.model_validate(event)
        logger.append_keys(dataset=request.dataset, run_id=request.run_id)
        left = timedelta(milliseconds=context.get_remaining_time_in_millis())
        with aws_errors():
            ready = _use_case().make(request.dataset, request.run_id, _now() + left - _MARGIN)
        logger.info("views ready", views=len(ready.views), dropped=ready.dropped)
        if ready.broken:
            logger.warning("views of other datasets no longer work", views=ready.broken)
        return ready.model_dump(mode="json")


@cache
def _use_case() -> MakeViews:
    """Build the service once per container; not at import, so tests can set the environment."""
    settings = Settings.from_env(os.environ)
    athena = boto3.client("athena", config=_CONFIG)
    glue = boto3.client("glue", config=_CONFIG)
    return MakeViews(
        state=open_run_state(settings.state_url, _CONFIG),
        files=S3ViewFiles(boto3.client("s3", config=_CONFIG), settings.artifacts_bucket),
        catalog=GlueCatalog(glue, settings.refined_crawler),
        warehouse=AthenaWarehouse(athena, settings.workgroup, _now, time.sleep),
        now=_now,
        sleep=time.sleep,
    )


@contextmanager
def _state_errors() -> Iterator[None]:
    """Raise the named classes themselves: Step Functions matches an error by its exact name."""
    try:
        yield
    except TableNotReady:
        raise
    except (TransientError, StateUnavailable) as exc:
        raise TransientError(f"{type(exc).__name__}: {exc}") from exc
    except (TerminalError, ValueError) as exc:
        raise TerminalError(f"{type(exc).__name__}: {exc}") from exc


def _now() -> datetime:
    return datetime.now(UTC)
