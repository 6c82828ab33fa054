"""The root cause inside a state's Cause, in one line. Pure.

What Step Functions hands on as a Cause depends on the service that failed (Step Functions Developer
Guide, "Integrating services"): for Lambda ``{"errorType", "errorMessage", "stackTrace"}``; for a
``.sync`` job the description of the job in JSON, with Glue's ``ErrorMessage``, SageMaker's
``FailureReason`` or a nested execution's ``Error`` and ``Cause``, which hold a Cause again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from millrace_notify.row_values import mask_row_values

_LONGEST = 500
_DEEPEST = 8
_INNER = ("Cause", "cause", "ErrorMessage", "FailureReason", "StateChangeReason", "ExitMessage")
_MESSAGE = ("errorMessage", "message", "Message")
_STATUSES = ("Status", "JobRunState", "TrainingJobStatus", "ProcessingJobStatus")
"""What is told of a job or an execution that ended badly for no reason, as by time-out."""
_CAUSED_BY = re.compile(r"^\s*Caused by:\s*(.+)$", re.MULTILINE)
_LOST_TASK = re.compile(r"most recent failure: Lost task [^\n]*?\): ([^\n]+)")
_RAISED = re.compile(r"^([A-Za-z_][\w.]*(?::.*)?)$", re.MULTILINE)
_FRAME = re.compile(r"^\s*(at\s|File \"|\.\.\.|Traceback\b|\d+ more)")
_MASKS = (
    (re.compile(r"(\w+://)[^\s/@]+@"), r"\1***@"),
    (re.compile(r"(\w+://[^\s?\"'<>]+)\?[^\s\"'<>]*"), r"\1?***"),
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"), "***"),
    (
        re.compile(
            r"(?i)\b(aws_secret_access_key|secret(?:_?access)?_?key|session_?token|password|passwd"
            r"|pwd|api_?key|token|authorization)\b(\"?'?\s*[=:]\s*)(?:Bearer\s+|Basic\s+)?"
            r"(\"[^\"]*\"|'[^']*'|[^\s,;&}]+)"
        ),
        r"\1\2***",
    ),
    (
        re.compile(
            r"(?<![\w/+=])(?=[\w/+=]*[A-Z])(?=[\w/+=]*[a-z])(?=[\w/+=]*\d)"
            r"[A-Za-z0-9/+=]{40}(?![\w/+=])"
        ),
        "***",
    ),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL), "***"),
)
"""Credentials in URLs, queries, AWS key ids, named secrets, AWS secret keys, private keys."""


def root_cause(cause: str) -> str:
    """The innermost reason in a Cause, in one line of at most 500 characters.

    Credentials, query strings and values of rows are masked.
    """
    return _one_line(mask(_told(_innermost(cause))))


def mask(text: str) -> str:
    """The text without credentials, query strings, AWS keys and values of rows."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return mask_row_values(text)


def _innermost(cause: str) -> str:
    text = cause
    for _ in range(_DEEPEST):
        document = _document(text)
        if document is None:
            return text
        inner = _first(document, _INNER)
        if inner is None:
            return _described(document, text)
        text = inner
    return text


def _document(text: str) -> Mapping[str, Any] | None:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _described(document: Mapping[str, Any], text: str) -> str:
    message = _first(document, _MESSAGE)
    kind = _first(document, ("errorType", "Error", "error"))
    if message is not None:
        # Some raise under a general name and give their own in the message: one name is enough.
        is_named = kind is None or re.match(r"\w+(?:Error|Exception)?: ", message) is not None
        return message if is_named else f"{kind}: {message}"
    status = _first(document, _STATUSES)
    return kind or (f"it ended as {status}" if status else text)


def _first(document: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = document.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return None


def _told(text: str) -> str:
    """What a stack trace ends in: Java's last ``Caused by``, Python's last exception."""
    if "\n" not in text.strip():
        return text
    inner = text[text.rfind("Caused by:") :] if "Caused by:" in text else text
    if "Traceback (most recent call last)" in inner:
        raised = _RAISED.findall(inner)
        if raised:
            return str(raised[-1])
    for pattern in (_CAUSED_BY, _LOST_TASK):
        found = pattern.findall(inner)
        if found:
            return str(found[-1])
    lines = [line for line in text.splitlines() if line.strip() and not _FRAME.match(line)]
    return " ".join(lines) if lines else text


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
