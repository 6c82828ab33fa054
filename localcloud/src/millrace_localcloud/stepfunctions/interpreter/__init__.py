"""moto's interpreter of the Amazon States Language, corrected where it departs from AWS.

Importing it costs most of a second, so it is imported when the first machine is created or started.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_SERVICES = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service"


def leave_out_batch() -> None:
    """Keep moto from importing its EC2, longer than all the rest, for a service not offered here.

    Must run before the interpreter is first imported.
    """
    name = f"{_SERVICES}.state_task_service_batch"
    if name not in sys.modules:
        placeholder: Any = ModuleType(name)
        placeholder.StateTaskServiceBatch = None
        sys.modules[name] = placeholder


leave_out_batch()
