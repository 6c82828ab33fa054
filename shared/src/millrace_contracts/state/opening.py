"""The store that a URL names: the one setting by which a deployment chooses it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from millrace_contracts.state.extraction_port import ExtractionState
from millrace_contracts.state.port import RunState

if TYPE_CHECKING:
    from millrace_contracts.state.postgres_connection import PostgresConnection

_POSTGRES = ("postgres", "postgresql")


def open_run_state(url: str, config: Any = None) -> RunState:
    """The run state at a URL; nothing is connected before it is used.

    Args:
        url: ``dynamodb://<table>``, or ``postgresql://…`` as libpq takes it ("Connection URIs").
        config: botocore's configuration of clients, for DynamoDB.

    Raises:
        ValueError: Another kind of URL.
    """
    if _is_dynamodb(url):
        from millrace_contracts.state.dynamodb import DynamoRunState

        return DynamoRunState(_table(url, config))
    from millrace_contracts.state.postgres import PostgresRunState

    return PostgresRunState(connection_to(url))


def open_extraction_state(url: str, config: Any = None) -> ExtractionState:
    """The extractions and watermarks at a URL. Arguments and errors as ``open_run_state``."""
    if _is_dynamodb(url):
        from millrace_contracts.state.extraction_dynamodb import DynamoExtractionState

        return DynamoExtractionState(_table(url, config))
    from millrace_contracts.state.extraction_postgres import PostgresExtractionState

    return PostgresExtractionState(connection_to(url))


def _is_dynamodb(url: str) -> bool:
    scheme = urlsplit(url).scheme
    if scheme not in ("dynamodb", *_POSTGRES):
        raise ValueError(
            f"state URL of kind {scheme!r}; allowed: dynamodb://<table>, postgresql://…"
        )
    return scheme == "dynamodb"


def _table(url: str, config: Any) -> Any:
    import boto3

    return boto3.resource("dynamodb", config=config).Table(urlsplit(url).netloc)


@cache
def connection_to(url: str) -> PostgresConnection:
    """The one connection of this process to a database."""
    from millrace_contracts.state.postgres_connection import PostgresConnection
    from millrace_contracts.state.postgres_schema import SCHEMA

    return PostgresConnection(url, SCHEMA)
