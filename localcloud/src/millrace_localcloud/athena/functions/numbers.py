"""Numbers (Trino documentation, "Mathematical functions" and "Bitwise functions")."""

from __future__ import annotations

import math

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.types import INTEGERS


def width_bucket(value: float, low: float, high: float, buckets: int) -> int:
    """Bucket of an equi-width histogram, from 1."""
    if buckets <= 0 or low == high or not all(map(math.isfinite, (value, low, high))):
        raise invalid_argument("bucketCount must be greater than 0")
    if low > high:
        value, low, high = -value, -low, -high
    if value < low:
        return 0
    return buckets + 1 if value >= high else int((value - low) / (high - low) * buckets) + 1


def from_base(text: str, radix: int) -> int:
    """A number written in another base."""
    try:
        return int(text, radix)
    except ValueError as error:
        raise invalid_argument(f'Not a valid base-{radix} number: "{text}"') from error


def to_base(value: int, radix: int) -> str:
    """A number written in another base."""
    if not 2 <= radix <= 36:
        raise invalid_argument("Radix must be between 2 and 36")
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


for name in ("abs", "sign"):
    for whole in INTEGERS:
        declare(f"{name}({whole}) -> {whole}", f"{name}({{0}})")
    declare(f"{name}(double) -> double", f"{name}({{0}})")
for name in ("round", "floor", "ceil", "ceiling", "truncate"):
    sql = {"ceiling": "ceil", "truncate": "trunc"}.get(name, name)
    for whole in INTEGERS:
        declare(f"{name}({whole}) -> {whole}", "{0}")
    declare(f"{name}(double) -> double", f"{sql}({{0}})")
declare("round(double, integer) -> double", "round({0}, {1})")
for name in [
    "sqrt",
    "cbrt",
    "exp",
    "ln",
    "log10",
    "log2",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "degrees",
    "radians",
]:
    declare(f"{name}(double) -> double", f"{name}({{0}})")
for signature, meaning in (
    ("log(double, double) -> double", "(ln({1}) / ln({0}))"),
    ("atan2(double, double) -> double", "atan2({0}, {1})"),
    ("power(double, double) -> double", "pow({0}, {1})"),
    ("pow(double, double) -> double", "pow({0}, {1})"),
    ("mod(I, I) -> I", "({0} % {1})"),
    ("mod(double, double) -> double", "({0} % {1})"),
    ("pi() -> double", "pi()"),
    ("e() -> double", "exp(1.0e0)"),
    ("nan() -> double", "CAST('nan' AS DOUBLE)"),
    ("infinity() -> double", "CAST('infinity' AS DOUBLE)"),
    ("is_nan(double) -> boolean", "isnan({0})"),
    ("is_finite(double) -> boolean", "isfinite({0})"),
    ("is_infinite(double) -> boolean", "isinf({0})"),
    ("width_bucket(double, double, double, bigint) -> bigint", width_bucket),
    ("from_base(varchar, bigint) -> bigint", from_base),
    ("to_base(bigint, bigint) -> varchar", to_base),
    ("bitwise_and(bigint, bigint) -> bigint", "({0} & {1})"),
    ("bitwise_or(bigint, bigint) -> bigint", "({0} | {1})"),
    ("bitwise_xor(bigint, bigint) -> bigint", "xor({0}, {1})"),
    ("bitwise_not(bigint) -> bigint", "(~ {0})"),
):
    declare(signature, meaning)
for name in ("greatest", "least"):
    # DuckDB passes over NULLs; in Trino one of them makes the result NULL.
    declare(
        f"{name}(T, T...) -> T",
        f"CASE WHEN list_contains(list_transform([{{all}}], lambda g: g IS NULL), TRUE) "
        f"THEN NULL ELSE {name}({{all}}) END",
    )
