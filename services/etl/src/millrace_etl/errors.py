"""Errors of the etl service.

* EtlError
  + TerminalError: retrying with the same input cannot succeed
    - ArgumentsRefused
    - ObjectMissing
    - SpecInvalid
    - ManifestInvalid
    - ColumnsMismatch
    - TransformInvalid
    - SchemaChanged
    - TooManyBadRows
    - ConservationBroken
    - TableMissing
    - ReplayImpossible
    - SecretMissing
  + TransientError: retrying with the same input may succeed
    - StoreUnavailable
    - TableBusy
    - LeaseLost
    - CommitLost
    - TableMoved
  + SparkFailed: Spark's own reason; it may be either
"""


class EtlError(Exception):
    """Base of every error this service raises on purpose."""


class TerminalError(EtlError):
    """Retrying with the same input cannot succeed."""


class ArgumentsRefused(TerminalError):
    """The job was started with arguments it does not know, or without one it needs."""


class ObjectMissing(TerminalError):
    """There is no object at the key."""


class SpecInvalid(TerminalError):
    """The deployed dataset spec does not validate."""


class ManifestInvalid(TerminalError):
    """The manifest does not validate, or is of another dataset."""


class ColumnsMismatch(TerminalError):
    """A file's columns are not those the dataset declares."""


class TransformInvalid(TerminalError):
    """The transform is no query or function of ``source``, or lacks columns that the spec names."""


class SchemaChanged(TerminalError):
    """The rows to write have other columns than the table."""


class TooManyBadRows(TerminalError):
    """Bad rows stop the run, as the dataset's ``on_bad_rows`` says."""


class ConservationBroken(TerminalError):
    """The rows written, quarantined, dropped and filtered are not the rows read."""


class TableMissing(TerminalError):
    """A dataset that a rule or a transform reads has no refined table, or lacks the column."""


class ReplayImpossible(TerminalError):
    """Quarantined rows cannot be found again in the files they came from."""


class SecretMissing(TerminalError):
    """Personal data is declared, and there is no secret to hash it with."""


class TransientError(EtlError):
    """Retrying with the same input may succeed."""


class StoreUnavailable(TransientError):
    """S3 throttled or timed out."""


class TableBusy(TransientError):
    """Another run holds the table's lease for longer than this one waits."""


class LeaseLost(TransientError):
    """The table's lease passed to another run while this one worked."""


class CommitLost(TransientError):
    """Another run committed to the table first."""


class TableMoved(TransientError):
    """A table that this run read was changed by another run while it was read."""


class SparkFailed(EtlError):
    """Spark or the JVM failed; the innermost cause in one line."""
