"""Errors of the Step Functions API that moto lacks or sends without their code."""

from __future__ import annotations

from moto.core.exceptions import AWSError


class InvalidDefinition(AWSError):
    """The definition cannot be run."""

    TYPE = "InvalidDefinition"


class InvalidLoggingConfiguration(AWSError):
    """The machine cannot log there."""

    TYPE = "InvalidLoggingConfiguration"


class StateMachineAlreadyExists(AWSError):
    """A machine of this name has another definition or type."""

    TYPE = "StateMachineAlreadyExists"


class ExecutionNotRedrivable(AWSError):
    """The execution runs or has succeeded."""

    TYPE = "ExecutionNotRedrivable"


class InvalidOutput(AWSError):
    """The output of a task is not JSON."""

    TYPE = "InvalidOutput"


class TaskTimedOut(AWSError):
    """The task of the token has timed out or has ended."""

    TYPE = "TaskTimedOut"


class StateMachineTypeNotSupported(AWSError):
    """The call is for machines of another type."""

    TYPE = "StateMachineTypeNotSupported"


class NotOffered(AWSError):
    """The local cloud refuses what it cannot do."""

    TYPE = "ValidationException"
