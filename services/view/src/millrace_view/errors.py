"""Errors of the view service.

* ViewError
  + TerminalError: retrying with the same input cannot succeed
    - ViewMalformed
    - NameTaken
    - SqlRejected
    - CallRefused
  + TransientError: retrying with the same input may succeed
    - TableNotReady: reaches the state machine under its own name
    - QueryUnfinished
    - ViewsBusy
    - CallFailed
"""


class ViewError(Exception):
    """Base of every error this service raises on purpose."""


class TerminalError(ViewError):
    """Retrying with the same input cannot succeed."""


class ViewMalformed(TerminalError):
    """A file among the views is not one SELECT, or its name cannot be a view's."""


class NameTaken(TerminalError):
    """A view's name belongs to another dataset, as its table or as one of its views."""


class SqlRejected(TerminalError):
    """Athena does not accept a view's SQL."""


class CallRefused(TerminalError):
    """AWS refused a call for a reason that a retry does not change."""


class TransientError(ViewError):
    """Retrying with the same input may succeed."""


class TableNotReady(TransientError):
    """A table that a view reads is not in the catalog, which a crawler may be about to change."""


class QueryUnfinished(TransientError):
    """A query was cancelled, failed for Athena's own reasons or took too long."""


class ViewsBusy(TransientError):
    """Another run was changing the views until this one's time was up."""


class CallFailed(TransientError):
    """AWS throttled, timed out or failed."""
