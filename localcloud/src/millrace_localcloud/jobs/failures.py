"""Find in a job's output the one line that says why it failed."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

_TRACEBACK = "Traceback (most recent call last):"
_CAUSED_BY = "Caused by: "
_MODULE = re.compile(r"^(?:[a-z_]\w*\.)+(?=[A-Z]\w*(?::|$))")


def failure_line(output: Sequence[str], status: int) -> str:
    """Cause of a failed process, in one line.

    The exception of the last Python traceback, named by its class alone as Glue names it; for an
    error raised in the JVM its root cause. Without a traceback, what the process ended with.

    Args:
        output: Lines of the process's output, standard error among them.
        status: Its exit status; negative is the signal that ended it.
    """
    if status < 0:
        return f"The process was ended by {signal.Signals(-status).name}"
    begins = [number for number, line in enumerate(output) if line.startswith(_TRACEBACK)]
    if not begins:
        said = [line.strip() for line in output if line.strip()]
        return f"SystemExit: {status}" + (f": {said[-1]}" if said else "")
    raised = _raised(output[begins[-1] + 1 :])
    if not raised:
        return f"SystemExit: {status}"
    if "Py4JJavaError" in raised[0]:
        return _java_root(raised)
    return _MODULE.sub("", raised[0].strip())


def _raised(after_traceback: Sequence[str]) -> Sequence[str]:
    for number, line in enumerate(after_traceback):
        if line and not line[0].isspace():
            return after_traceback[number:]
    return ()


def _java_root(raised: Sequence[str]) -> str:
    causes = [line for line in raised if line.startswith(_CAUSED_BY)]
    if causes:
        return causes[-1].removeprefix(_CAUSED_BY).strip()
    for line in raised[1:]:
        if line.startswith(": "):
            return line.removeprefix(": ").strip()
    return raised[0].strip()
