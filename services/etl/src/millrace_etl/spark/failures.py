"""What went wrong in the JVM, in one line."""

from __future__ import annotations

from py4j.protocol import Py4JJavaError


def root_cause(error: Py4JJavaError) -> str:
    """The innermost cause, as ``ClassName: message``."""
    cause = error.java_exception
    while cause.getCause() is not None:
        cause = cause.getCause()
    name = cause.getClass().getSimpleName()
    message = " ".join(str(cause.getMessage()).split())
    return f"{name}: {message}"
