"""Every row read is written, quarantined, dropped or filtered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from millrace_contracts.dataset import OnBadRows
from millrace_etl.errors import ConservationBroken, TooManyBadRows, TransformInvalid
from millrace_etl.work import Counts

NUMBERS = (
    "rows_read",
    "rows_written",
    "rows_quarantined",
    "rows_dropped",
    "rows_filtered",
    "files_written",
)
"""Fields of ``DatasetRefined``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows counted in the staged files themselves."""

    rows_written: int
    rows_quarantined: int


def account(counts: Counts, stored: Stored, files_written: int) -> dict[str, int]:
    """The run's numbers, once they add up.

    What Spark counted on the way is held against what stands in the staged files.

    Raises:
        TransformInvalid: The transform gave more rows than it got.
        ConservationBroken: A row is missing or there twice.
    """
    good = counts.rows_read - counts.rows_bad
    if counts.rows_transformed > good:
        raise TransformInvalid(
            f"transform.sql: gave {counts.rows_transformed} rows for {good}: it may leave rows "
            "out, not add any"
        )
    numbers = {
        "rows_read": counts.rows_read,
        "rows_written": stored.rows_written,
        "rows_quarantined": stored.rows_quarantined,
        "rows_dropped": counts.rows_transformed - counts.rows_kept,
        "rows_filtered": good - counts.rows_transformed,
        "files_written": files_written,
    }
    parts = ("rows_written", "rows_quarantined", "rows_dropped", "rows_filtered")
    if counts.rows_read != sum(numbers[name] for name in parts):
        told = ", ".join(f"{name} {value}" for name, value in numbers.items())
        raise ConservationBroken(f"the rows do not add up: {told}")
    return numbers


def check_bad_rows(counts: Counts, on_bad_rows: OnBadRows) -> None:
    """Stop the run where the dataset says so.

    Raises:
        TooManyBadRows: With the share, and what is allowed.
    """
    if not counts.rows_bad:
        return
    said = f"{counts.rows_bad} of {counts.rows_read} rows are bad"
    if on_bad_rows.action == "halt":
        raise TooManyBadRows(f"{said}; on_bad_rows.action is halt")
    share = counts.rows_bad / counts.rows_read
    if on_bad_rows.halt_above is not None and share > on_bad_rows.halt_above:
        raise TooManyBadRows(
            f"{said}, a share of {share:.4f}; on_bad_rows.halt_above is {on_bad_rows.halt_above:g}"
        )


def total(numbers: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sums of the numbers of several commits."""
    every = list(numbers)
    return {name: sum(each.get(name, 0) for each in every) for name in NUMBERS}
