"""Errors of the ingest service.

* IngestError
  + TerminalError: retrying with the same input cannot succeed
    - SpecMissing
    - SpecMalformed
    - ManifestMissing
    - SourceMissing
    - SourceMalformed
    - SourceTooSlow
    - SecretMissing
    - SecretMalformed
    - StoreRefused
  + TransientError: retrying with the same input may succeed
    - SourceChanged
    - SourceUnavailable
    - FilesHeld
    - LeaseLost
    - StoreUnavailable
"""


class IngestError(Exception):
    """Base of every error this service raises on purpose."""


class TerminalError(IngestError):
    """Retrying with the same input cannot succeed."""


class SpecMissing(TerminalError):
    """The dataset has not been deployed."""


class SpecMalformed(TerminalError):
    """The deployed spec is not a dataset spec."""


class ManifestMissing(TerminalError):
    """The run has no manifest, so there is nothing to acknowledge."""


class SourceMissing(TerminalError):
    """There is no folder or archive at the source's URL."""


class SourceMalformed(TerminalError):
    """The source's URL, pattern or archive cannot be understood."""


class SourceTooSlow(TerminalError):
    """One file takes longer than one call may run."""


class SecretMissing(TerminalError):
    """The secret that a source names does not exist."""


class SecretMalformed(TerminalError):
    """A secret is no JSON object of texts, or lacks a field."""


class StoreRefused(TerminalError):
    """AWS refused a call for a reason that a retry does not change."""


class TransientError(IngestError):
    """Retrying with the same input may succeed."""


class SourceChanged(TransientError):
    """A file changed, shrank or vanished while it was read."""


class SourceUnavailable(TransientError):
    """The source could not be read just now."""


class FilesHeld(TransientError):
    """The only new files are being landed by another run."""


class LeaseLost(TransientError):
    """Another run took a file over while this one was reading it."""


class StoreUnavailable(TransientError):
    """AWS throttled, timed out or failed."""
