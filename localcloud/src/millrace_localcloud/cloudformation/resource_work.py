"""Make, change and remove one resource, recording what happens as the stack's events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.cloudformation.dynamic import resolve_dynamic
from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import (
    Made,
    Request,
    ResourceType,
    physical_name,
    resource_type,
)
from millrace_localcloud.cloudformation.stack import Stack, StackResource, with_status
from millrace_localcloud.cloudformation.template import ResourceDeclaration

_GONE = re.compile(r"NotFound|NoSuch|NotExist|NonExist|DoesNotExist")


@dataclass(frozen=True, slots=True)
class ResourceWork:
    """The resources of one stack."""

    cloud: Cloud
    stack: Stack

    def create(
        self,
        declaration: ResourceDeclaration,
        evaluate: Callable[[], Mapping[str, Any]],
        depends_on: frozenset[str],
        word: str = "CREATE",
    ) -> StackResource:
        """Make a new resource. Raises ResourceFailed, its event recorded.

        Args:
            declaration: Its entry in the template.
            evaluate: Answers its properties; called once the resource's event is out.
            depends_on: Logical ids that it needs.
            word: ``UPDATE`` when it takes the place of another.
        """
        kind = self._kind(declaration.type)
        resource = StackResource(
            logical_id=declaration.logical_id,
            type=declaration.type,
            name="",
            status=f"{word}_IN_PROGRESS",
            changed_at=datetime.now(UTC),
            depends_on=depends_on,
            deletion_policy=declaration.deletion_policy,
            update_replace_policy=declaration.update_replace_policy,
        )
        self.stack.put(resource)
        with self._failing(f"{word}_FAILED", resource.logical_id):
            properties = evaluate()
            given = properties.get(kind.name_property or "")
            name = given or physical_name(kind, self.stack.name, declaration.logical_id)
            self.stack.resources[resource.logical_id] = replace(
                resource, name=name, properties=properties
            )
            request = Request(
                self.cloud,
                name,
                resolve_dynamic(self.cloud, properties),
                began=lambda physical_id: self._began(resource.logical_id, physical_id),
            )
            made = kind.create(request)
            self._began(resource.logical_id, made.physical_id)
        return self._complete(resource.logical_id, f"{word}_COMPLETE", made, properties)

    def update(
        self, resource: StackResource, properties: Mapping[str, Any], reason: str | None = None
    ) -> StackResource:
        """Change a resource in place. Raises ResourceFailed, its event recorded."""
        kind = self._kind(resource.type)
        self.stack.put(with_status(resource, "UPDATE_IN_PROGRESS", reason))
        with self._failing("UPDATE_FAILED", resource.logical_id):
            if kind.update is None:
                raise ResourceFailed(f"{resource.type} cannot be updated in place")
            request = Request(
                self.cloud,
                resource.name,
                resolve_dynamic(self.cloud, properties),
                physical_id=resource.physical_id,
                before=resource.properties,
            )
            made = kind.update(request)
        return self._complete(resource.logical_id, "UPDATE_COMPLETE", made, properties)

    def delete(self, resource: StackResource) -> bool:
        """Remove a resource that the stack holds or held; whether it is gone."""
        held = self.stack.resources.get(resource.logical_id)
        tell = self._tell_held if held is not None and _same(held, resource) else self.stack.note
        if not resource.physical_id:
            tell(resource, "DELETE_COMPLETE", None)
            return True
        tell(resource, "DELETE_IN_PROGRESS", None)
        try:
            with _foreign_errors():
                self._remove(resource)
        except ResourceFailed as exc:
            tell(resource, "DELETE_FAILED", str(exc))
            return False
        tell(resource, "DELETE_COMPLETE", None)
        return True

    def _remove(self, resource: StackResource) -> None:
        properties = resource.properties
        with suppress(ResourceFailed):  # what it refers to may be gone already
            properties = resolve_dynamic(self.cloud, properties)
        request = Request(self.cloud, resource.name, properties, physical_id=resource.physical_id)
        try:
            self._kind(resource.type).delete(request)
        except ClientError as exc:
            if not _GONE.search(exc.response["Error"]["Code"]):
                raise

    def _tell_held(self, resource: StackResource, status: str, reason: str | None) -> None:
        self.stack.put(with_status(resource, status, reason))

    def _began(self, logical_id: str, physical_id: str) -> None:
        resource = self.stack.resources[logical_id]
        if not resource.physical_id:
            self.stack.put(
                with_status(
                    resource,
                    resource.status,
                    "Resource creation Initiated",
                    physical_id=physical_id,
                )
            )

    def _complete(
        self, logical_id: str, status: str, made: Made, properties: Mapping[str, Any]
    ) -> StackResource:
        return self.stack.put(
            with_status(
                self.stack.resources[logical_id],
                status,
                physical_id=made.physical_id,
                attributes=made.attributes,
                properties=properties,
            )
        )

    @contextmanager
    def _failing(self, status: str, logical_id: str) -> Iterator[None]:
        try:
            with _foreign_errors():
                yield
        except ResourceFailed as exc:
            self.stack.put(with_status(self.stack.resources[logical_id], status, str(exc)))
            raise

    def _kind(self, name: str) -> ResourceType:
        kind = resource_type(name)
        if kind is None:
            raise ResourceFailed(f"Unrecognized resource type: {name}")
        return kind


def _same(one: StackResource, other: StackResource) -> bool:
    return one.physical_id == other.physical_id


@contextmanager
def _foreign_errors() -> Iterator[None]:
    try:
        yield
    except ResourceFailed:
        raise
    except ClientError as exc:
        error, meta = exc.response["Error"], exc.response.get("ResponseMetadata", {})
        raise ResourceFailed(
            f'Resource handler returned message: "{error.get("Message", "")} '
            f'(Operation: {exc.operation_name}, Status Code: {meta.get("HTTPStatusCode")})" '
            f"(HandlerErrorCode: {error.get('Code')})"
        ) from exc
    except BotoCoreError as exc:
        raise ResourceFailed(f'Resource handler returned message: "{exc}"') from exc
    except Exception as exc:
        raise ResourceFailed(f"{type(exc).__name__}: {exc}") from exc
