"""How far an incremental source is read, as people give it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from millrace.aws import Aws
from millrace.datasets import published_spec
from millrace.errors import InputRejected
from millrace_contracts import Dataset

_NUMBERS = ("int", "bigint", "double", "decimal", "number")
_MOMENTS = ("date", "timestamp")


def field_type(aws: Aws, dataset: str, what: str) -> str:
    """Type of the field by which a published dataset's source is read; empty when not declared.

    Args:
        aws: Where.
        dataset: Its name.
        what: What needs such a source, for the error.

    Raises:
        InputRejected: The source is not incremental.
        DatasetUnknown: No such dataset is published.
    """
    spec = published_spec(aws, dataset)
    incremental = getattr(spec.source, "incremental", None)
    if incremental is None:
        raise InputRejected(f"{dataset}: its source is not incremental, so it has no {what}")
    kind = getattr(incremental, "type", None) or _column_type(spec, incremental.column)
    return str(kind).split("(")[0]


def check_value(text: str, kind: str) -> Decimal | datetime | None:
    """A value of such a field; None where nobody can tell without asking the source.

    Raises:
        InputRejected: It is none.
    """
    if not text.strip():
        raise InputRejected("an empty value says nothing: watermark reset reads everything again")
    try:
        if kind in _NUMBERS:
            return _number(text, kind)
        if kind in _MOMENTS:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, InvalidOperation) as exc:
        raise InputRejected(f"{text!r} is no {kind}") from exc
    return None


def _number(text: str, kind: str) -> Decimal:
    number = Decimal(text)
    is_whole = number.is_finite() and number == number.to_integral_value()
    if not number.is_finite() or (kind in ("int", "bigint") and not is_whole):
        raise ValueError(text)
    return number


def check_range(since: str, until: str, kind: str) -> None:
    """Raises InputRejected when nothing can lie between the two."""
    first, last = check_value(since, kind), check_value(until, kind)
    # Both are of one type, or of none that is known.
    if first is not None and not first < last:  # type: ignore[operator]
        raise InputRejected(f"--from {since} is not below --to {until}, which is exclusive")


def _column_type(spec: Dataset, column: str) -> str:
    found = (one.type for one in spec.columns if (one.from_ or one.name).lower() == column.lower())
    return next(found, "")
