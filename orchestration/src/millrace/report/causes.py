"""Causes in one line, and how a run ended."""

from __future__ import annotations

import json

from rich.text import Text

from millrace.runs import Outcome

_SHORT = 160
_SAID = ("errorMessage", "ErrorMessage", "FailureReason", "Cause", "ExitMessage")


def short_cause(cause: str) -> str:
    """A cause in one line; of a service's answer, its message."""
    try:
        document = json.loads(cause)
    except ValueError:
        document = None
    if isinstance(document, dict):
        cause = next((str(document[name]) for name in _SAID if document.get(name)), cause)
    text = " ".join(cause.split())
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def ending(outcome: Outcome) -> Text:
    """``FAILED  States.TaskFailed: TooManyBadRows: …``."""
    told = Text(outcome.status, style="bold")
    if outcome.error or outcome.cause:
        words = (outcome.error, short_cause(outcome.cause))
        told.append(f"  {': '.join(filter(None, words))}", style="red")
    return told
