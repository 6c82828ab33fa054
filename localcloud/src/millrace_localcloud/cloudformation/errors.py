"""What CloudFormation answers to a request that it refuses, and what ends an operation half-way.

::

    ServiceException
    ├── ValidationError             the request or its template is wrong
    ├── AlreadyExists               a stack of that name lives
    ├── InsufficientCapabilities    the template makes IAM resources and nobody acknowledged it
    └── ChangeSetNotFound
    ResourceFailed                  a resource could not be made, changed or removed
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ValidationError(ServiceException):
    """The request or its template is wrong."""

    code = "ValidationError"


class AlreadyExists(ServiceException):
    """A stack or change set of that name lives."""

    code = "AlreadyExistsException"


class InsufficientCapabilities(ServiceException):
    """The template makes IAM resources and nobody acknowledged it."""

    code = "InsufficientCapabilitiesException"


class ChangeSetNotFound(ServiceException):
    """No change set of that name or ARN."""

    code = "ChangeSetNotFoundException"


class ResourceFailed(Exception):
    """The reason shown in the resource's event."""
