"""Which errors a Retry or a Catch takes.

Source: Step Functions Developer Guide, "Handling errors in Step Functions workflows": States.ALL
matches all but States.DataLimitExceeded and States.Runtime; States.TaskFailed, all but
States.Timeout as well.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName

from millrace_localcloud.seams import replace_attribute

_FATAL = frozenset({"States.Runtime", "States.DataLimitExceeded"})


def install() -> None:
    """Replace the comparison of ``ErrorEquals``."""

    def match(self: Any, env: Any) -> None:
        raised = env.stack.pop()
        error = raised.error_name if raised is not None else None
        env.stack.append(takes([name.error_name for name in self.error_names], error))

    replace_attribute(ErrorEqualsDecl, "_eval_body", match)
    # A branch, an item or a Fail state with ErrorPath hands on errors like States.TaskFailed.
    replace_attribute(CustomErrorName, "__init__", ErrorName.__init__)


def takes(error_equals: list[str], error: str | None) -> bool:
    """Whether an ``ErrorEquals`` list matches an error's name."""
    if error in error_equals:
        return True
    if error in _FATAL:
        return False
    if "States.ALL" in error_equals:
        return True
    return "States.TaskFailed" in error_equals and error != "States.Timeout"
