"""Errors of the notify service.

* NotifyError
  + TerminalError: retrying with the same input cannot succeed
    - CallRefused
  + TransientError: retrying with the same input may succeed
    - CallFailed
    - AnnouncementHeld
"""


class NotifyError(Exception):
    """Base of every error this service raises on purpose."""


class TerminalError(NotifyError):
    """Retrying with the same input cannot succeed."""


class CallRefused(TerminalError):
    """AWS refused a call for a reason that a retry does not change."""


class TransientError(NotifyError):
    """Retrying with the same input may succeed."""


class CallFailed(TransientError):
    """AWS throttled, timed out or failed."""


class AnnouncementHeld(TransientError):
    """Another call is announcing the failure and has not finished."""
