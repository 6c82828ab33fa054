"""Every row read is written, quarantined, dropped or filtered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from millrace_contracts.dataset import BadRowPolicy, OnBadRows
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
_KEPT_BESIDE = ("rows_warned",)
"""What run state shows beside them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows counted in the staged files themselves."""

    rows_written: int
    rows_quarantined: int
    """Rows kept aside, those that were written with a warning too."""
    rows_late: int = 0
    """Of the rows to write those for whose key the table has a later row."""


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
            f"the transform gave {counts.rows_transformed} rows for {good}: it may leave rows "
            "out, not add any"
        )
    warned = counts.rows_warned + counts.rows_warned_late
    numbers = {
        "rows_read": counts.rows_read,
        "rows_written": stored.rows_written - stored.rows_late,
        "rows_quarantined": stored.rows_quarantined - warned,
        "rows_dropped": counts.rows_transformed
        - counts.rows_rejected
        - counts.rows_kept
        + stored.rows_late,
        "rows_filtered": good - counts.rows_transformed,
        "files_written": files_written,
        "rows_warned": warned,
    }
    parts = ("rows_written", "rows_quarantined", "rows_dropped", "rows_filtered")
    if counts.rows_read != sum(numbers[name] for name in parts):
        told = ", ".join(f"{name} {value}" for name, value in numbers.items())
        raise ConservationBroken(f"the rows do not add up: {told}")
    return numbers


def check_bad_rows(counts: Counts, on_bad_rows: OnBadRows) -> None:
    """Stop the run where the dataset says so: before, during or after the transform.

    Raises:
        TooManyBadRows: With the share, and what is allowed.
    """
    read, given = counts.rows_read, counts.rows_transformed
    broken = counts.rows_bad + counts.rows_warned
    _check(broken, read, "rows are bad", "on_bad_rows", on_bad_rows.at("before"))
    told = "rows of the transform are bad"
    _check(
        counts.rows_bad_during, given, f"{told} by what it tells itself", "on_bad_rows.during",
        on_bad_rows.at("during"),
    )  # fmt: skip
    _check(
        counts.rows_bad_after, given, f"{told} by the rules of refined", "on_bad_rows.after",
        on_bad_rows.at("after"),
    )  # fmt: skip


def _check(broken: int, rows: int, told: str, path: str, policy: BadRowPolicy) -> None:
    if not broken:
        return
    said = f"{broken} of {rows} {told}"
    if policy.action == "halt":
        raise TooManyBadRows(f"{said}; {path}.action is halt")
    share = broken / rows
    if policy.halt_above is not None and share > policy.halt_above:
        raise TooManyBadRows(
            f"{said}, a share of {share:.4f}; {path}.halt_above is {policy.halt_above:g}"
        )


def total(numbers: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sums of the numbers of several commits."""
    every = list(numbers)
    sums = {name: sum(each.get(name, 0) for each in every) for name in (*NUMBERS, *_KEPT_BESIDE)}
    return {name: value for name, value in sums.items() if value or name in NUMBERS}
