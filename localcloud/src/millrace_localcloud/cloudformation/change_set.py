"""Change sets: a deployment checked and described, not yet done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from millrace_localcloud.cloudformation.changes import Change
from millrace_localcloud.cloudformation.stack import Definition, Options

NO_CHANGES = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)


@dataclass
class ChangeSet:
    """A change set of one stack."""

    change_set_id: str
    name: str
    stack_id: str
    stack_name: str
    kind: str
    definition: Definition
    options: Options
    created_at: datetime
    description: str | None = None
    changes: list[Change] = field(default_factory=list)
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    execution_status: str = "AVAILABLE"
