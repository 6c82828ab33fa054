"""What ``json_value`` makes of a scalar item."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from millrace_localcloud.athena.sql_json.items import Fraction, JsonFault, refused
from millrace_localcloud.athena.types import INTEGERS, Type

_BITS = dict(zip(INTEGERS, (8, 16, 32, 64), strict=True))


def converted(item: Any, kind: Type) -> Any:
    """The item as a value of the returned type.

    Raises:
        JsonFault: It cannot be one.
        FunctionFailed: Nothing here knows what Trino makes of it.
    """
    if item is None:
        return None
    if isinstance(item, str):
        return _of_text(item, kind)
    if isinstance(item, bool):
        return _of_boolean(item, kind)
    return _of_number(item, kind)


def _of_number(item: int | Fraction, kind: Type) -> Any:
    if kind.base in _BITS and not isinstance(item, Fraction):
        if not -(1 << (_BITS[kind.base] - 1)) <= item < 1 << (_BITS[kind.base] - 1):
            raise JsonFault("JSON_VALUE_RESULT_ERROR", f"cannot cast {item} to {kind}")
        return item
    if kind.base == "double":
        return float(item)
    if kind.base == "decimal":
        return _decimal(item, kind)
    if kind.base == "varchar" and not isinstance(item, Fraction):
        return _fitted(str(item), kind)
    raise refused(f"the JSON number {item!r} as {kind}")


def _of_text(item: str, kind: Type) -> Any:
    if kind.base == "varchar":
        return _fitted(item, kind)
    # Any text that could be cast is left alone: only what is no number at all is an error.
    if any(one.isdigit() for one in item) or item.strip().lower() in (
        *("nan", "infinity", "-infinity", "+infinity", "true", "false", "t", "f"),
    ):
        raise refused(f"a JSON text as {kind}")
    raise JsonFault("JSON_VALUE_RESULT_ERROR", f"cannot cast '{item}' to {kind}")


def _of_boolean(item: bool, kind: Type) -> Any:
    if kind.base == "boolean":
        return item
    if kind.base == "varchar":
        return _fitted("true" if item else "false", kind)
    raise refused(f"a JSON boolean as {kind}")


def _fitted(text: str, kind: Type) -> str:
    if kind.args and len(text) > kind.args[0]:
        raise refused(f"a JSON text that is longer than {kind}")
    return text


def _decimal(item: Any, kind: Type) -> Decimal:
    precision, scale = kind.args
    exact = Decimal(item.text if isinstance(item, Fraction) else item)
    found = exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    if abs(found) >= Decimal(10) ** (precision - scale):
        raise JsonFault("JSON_VALUE_RESULT_ERROR", f"cannot cast {item} to {kind}")
    return found
