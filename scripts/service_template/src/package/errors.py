"""Errors of the {name} service.

* ServiceError
  + TerminalError: retrying with the same input cannot succeed
    - DatasetUnknown
    - CallRefused
  + TransientError: retrying with the same input may succeed
    - CallFailed
"""


class ServiceError(Exception):
    """Base of every error this service raises on purpose."""


class TerminalError(ServiceError):
    """Retrying with the same input cannot succeed."""


class DatasetUnknown(TerminalError):
    """The dataset is not deployed."""


class CallRefused(TerminalError):
    """AWS refused a call for a reason that a retry does not change."""


class TransientError(ServiceError):
    """Retrying with the same input may succeed."""


class CallFailed(TransientError):
    """AWS throttled, timed out or failed."""
