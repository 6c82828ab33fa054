"""What the journal says of one execution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from millrace_localcloud.stepfunctions.execution import Execution
    from millrace_localcloud.stepfunctions.progress import Change


@dataclass(frozen=True, slots=True)
class Started:
    """An execution, as it was when it began."""

    execution: Execution


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of its history, and the steps that it had taken since the one before."""

    execution_arn: str
    event: dict[str, Any]
    changes: list[Change]
    map_runs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Advanced:
    """The steps that it had taken when a sequence of states ended, which no event says."""

    execution_arn: str
    events: int
    """Its history's length then."""
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Turned:
    """What DescribeExecution says after an end or a redrive."""

    execution_arn: str
    described: dict[str, Any]


Record = Started | Happened | Advanced | Turned
