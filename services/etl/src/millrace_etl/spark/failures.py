"""What went wrong in the JVM becomes one error of ours, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

from millrace_etl.errors import SparkFailed

_LONGEST = 500
"""Characters of a cause that are told: Java puts whole stack traces into messages."""


@contextmanager
def typed_failures() -> Iterator[None]:
    """Raise SparkFailed for whatever Spark raises."""
    try:
        yield
    except Py4JJavaError as exc:
        raise SparkFailed(_root_cause(exc)) from exc
    except (Py4JError, PySparkException) as exc:
        raise SparkFailed(_one_line(f"{type(exc).__name__}: {exc}")) from exc


def _root_cause(error: Py4JJavaError) -> str:
    cause = error.java_exception
    while cause.getCause() is not None:
        cause = cause.getCause()
    return _one_line(f"{cause.getClass().getSimpleName()}: {cause.getMessage()}")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
