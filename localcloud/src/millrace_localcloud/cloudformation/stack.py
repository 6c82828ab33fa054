"""A stack and everything that is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from millrace_localcloud.cloudformation.parameters import ParameterValue

STACK_TYPE = "AWS::CloudFormation::Stack"
LIVE_STATES = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED"}
)
"""States in which a stack can be updated; "Stack status codes" in the user guide."""


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One line of DescribeStackEvents."""

    event_id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource as it was last applied."""

    logical_id: str
    type: str
    name: str
    status: str
    changed_at: datetime
    physical_id: str = ""
    reason: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    """With references resolved; dynamic references stay, so that no secret is kept."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    depends_on: frozenset[str] = frozenset()
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"


@dataclass(frozen=True, slots=True)
class Output:
    """One output, exported when it has an export name."""

    key: str
    value: str
    description: str | None
    export_name: str | None


@dataclass(frozen=True, slots=True)
class Options:
    """What a request may ask for besides the template."""

    on_failure: str = "ROLLBACK"
    timeout_minutes: int | None = None
    role_arn: str | None = None
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What a stack is made from."""

    template_text: str
    parameters: Mapping[str, ParameterValue]
    tags: Mapping[str, str]


@dataclass
class Undo:
    """What an update did, so that it can be taken back, by another run of the cloud too."""

    before: Mapping[str, StackResource]
    foreseen: frozenset[str]
    """Logical ids of the resources that the stack shall have."""
    updated: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Properties that were tried, by logical id."""
    made: list[str] = field(default_factory=list)
    """New resources and replacements, in the order in which they were begun."""
    leftovers: list[StackResource] = field(default_factory=list)
    """Of these, what is to be removed once everything else is as it was."""


@dataclass
class Stack:
    """Mutable: the operation that owns the stack changes it, requests read it."""

    stack_id: str
    name: str
    definition: Definition
    options: Options
    created_at: datetime
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    termination_protection: bool = False
    parent_id: str | None = None
    resources: dict[str, StackResource] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()
    events: list[StackEvent] = field(default_factory=list)
    undo: Undo | None = None
    """Of an update under way, or of one whose rollback has failed."""

    @property
    def tags(self) -> Mapping[str, str]:
        return self.definition.tags

    @property
    def exports(self) -> dict[str, Output]:
        return {o.export_name: o for o in self.outputs.values() if o.export_name is not None}

    @property
    def is_busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def turn(self, status: str, reason: str | None = None) -> None:
        """Enter a state and record it."""
        # The event first: whoever waits for the state finds its event.
        self._record(self.name, self.stack_id, STACK_TYPE, status, reason)
        self.status, self.reason = status, reason

    def interrupt(self, reason: str) -> None:
        """End an operation that nobody carries on."""
        for resource in list(self.resources.values()):
            if resource.status.endswith("_IN_PROGRESS"):
                failed = resource.status.replace("_IN_PROGRESS", "_FAILED")
                self.put(with_status(resource, failed, reason))
        word = self.status.removesuffix("_IN_PROGRESS").removesuffix("_COMPLETE_CLEANUP")
        self.turn(f"{word}_FAILED", reason)

    def put(self, resource: StackResource) -> StackResource:
        """Keep the resource as it now is and record its status."""
        self._record(
            resource.logical_id,
            resource.physical_id,
            resource.type,
            resource.status,
            resource.reason,
        )
        self.resources[resource.logical_id] = resource
        return resource

    def note(self, resource: StackResource, status: str, reason: str | None = None) -> None:
        """Record a status of something that the stack no longer holds."""
        self._record(resource.logical_id, resource.physical_id, resource.type, status, reason)

    def _record(
        self, logical_id: str, physical_id: str, kind: str, status: str, reason: str | None
    ) -> None:
        now = datetime.now(UTC)
        self.events.append(
            StackEvent(str(uuid4()), logical_id, physical_id, kind, status, reason, now)
        )


def with_status(
    resource: StackResource, status: str, reason: str | None = None, **changes: Any
) -> StackResource:
    """The resource in another status, now."""
    return replace(resource, status=status, reason=reason, changed_at=datetime.now(UTC), **changes)
