"""Lambda entry point: parse, call, translate errors. Nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from pydantic import BaseModel, Field

from millrace_{name}.adapters.s3 import S3Specs
from millrace_{name}.describing import describe
from millrace_{name}.errors import TerminalError, TransientError
from millrace_{name}.ports import Specs
from millrace_{name}.settings import Settings

_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=30
)

logger = Logger()


class Request(BaseModel):
    """Input of the state, as sent by the state machine."""

    dataset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    run_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what the dataset declares."""
    with _state_errors():
        request = Request.model_validate(event)
        logger.append_keys(dataset=request.dataset, run_id=request.run_id)
        described = describe(_specs(), request.dataset)
        logger.info("described")
        return described


@cache
def _specs() -> Specs:
    """Made once per container; not at import, so tests can set the environment."""
    settings = Settings.from_env(os.environ)
    return S3Specs(boto3.client("s3", config=_CONFIG), settings.artifacts_bucket)


@contextmanager
def _state_errors() -> Iterator[None]:
    """Raise the named classes themselves: Step Functions matches an error by its exact name."""
    try:
        yield
    except TransientError as exc:
        raise TransientError(f"{type(exc).__name__}: {exc}") from exc
    except (TerminalError, ValueError) as exc:
        raise TerminalError(f"{type(exc).__name__}: {exc}") from exc
