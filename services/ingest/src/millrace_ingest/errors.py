"""Errors of the ingest service.

* IngestError
  + TerminalError: retrying with the same input cannot succeed
    - SpecMissing
    - SpecMalformed
    - ManifestMissing
    - SourceMissing
    - SourceMalformed
    - SourceTooSlow
    - SourceRefused
    - SourceEndless
    - AddressRefused
    - WindowRefused
    - CursorTooLong
    - SecretMissing
    - SecretMalformed
    - StoreRefused
  + TransientError: retrying with the same input may succeed
    - SourceChanged
    - SourceDamaged
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
    """Of one file not even one part could be read within one call."""


class SourceRefused(TerminalError):
    """The source does not let us in, is not who it should be, or forbids what the spec asks."""


class SourceEndless(TerminalError):
    """A source repeats itself, or exceeds its budget of pages, bytes or time."""


class AddressRefused(TerminalError):
    """A server's address is not public, and the spec does not allow that."""


class WindowRefused(TerminalError):
    """The dataset's source cannot read a range, or the range is none of its kind."""


class CursorTooLong(TerminalError):
    """Where a segment leads takes more text than an object's metadata holds."""


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


class SourceDamaged(TransientError):
    """A compressed file is cut off or broken at its source."""


class SourceUnavailable(TransientError):
    """The source could not be read just now."""


class FilesHeld(TransientError):
    """The only new files are being landed by another run."""


class LeaseLost(TransientError):
    """Another run took a file over while this one was reading it."""


class StoreUnavailable(TransientError):
    """AWS throttled, timed out or failed."""
