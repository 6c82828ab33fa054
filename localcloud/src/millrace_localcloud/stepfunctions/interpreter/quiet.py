"""Logging of the interpreter: an execution's own failures are in its history, not in a log."""

from __future__ import annotations

import logging
from typing import Any

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

from millrace_localcloud.seams import replace_attribute

_LOG = logging.getLogger(__name__)


def install() -> None:
    """Leave out the program's representation, which moto writes at every level of the program."""
    replace_attribute(EvalComponent, "_log_failure_event_exception", _log_nothing)
    replace_attribute(EvalComponent, "_log_exception", _log_once)
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)


def _log_nothing(self: Any, failure_event_exception: Exception) -> None:
    pass


def _log_once(self: Any, exception: Exception) -> None:
    if not getattr(exception, "logged", False):
        exception.logged = True  # type: ignore[attr-defined]
        _LOG.debug("%s: %r", type(self).__name__, exception)
