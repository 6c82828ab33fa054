"""Numbers (Trino documentation, "Mathematical functions" and "Bitwise functions")."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from statistics import NormalDist

from sqlglot import exp

from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
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


def width_bucket_of(value: float, bounds: list[float]) -> int:
    """Bucket between the bounds of a sorted array."""
    if not bounds or any(one is None or not math.isfinite(one) for one in bounds):
        raise invalid_argument("Bin values must be finite and not empty")
    if sorted(bounds) != bounds or math.isnan(value):
        raise invalid_argument("Bin values are not sorted in ascending order")
    return bisect_right(bounds, value)


def bit_count(value: int, bits: int) -> int:
    """Ones in two's complement of so many bits."""
    if not 2 <= bits <= 64:
        raise invalid_argument("Bits specified in bit_count must be between 2 and 64")
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        text = f"Number must be representable with the bits specified. {value} cannot"
        raise invalid_argument(text)
    return (value & ((1 << bits) - 1)).bit_count()


def _shifts(bits: int) -> dict[str, Callable[[int, int], int]]:
    """The shifts of whole numbers of so many bits."""
    mask = (1 << bits) - 1

    def signed(value: int) -> int:
        value &= mask
        return value - mask - 1 if value >> (bits - 1) else value

    def left_shift(value: int, places: int) -> int:
        return signed(value << places) if 0 <= places < bits else 0

    def right_shift(value: int, places: int) -> int:
        return signed((value & mask) >> places) if 0 <= places < bits else 0

    def right_shift_arithmetic(value: int, places: int) -> int:
        return value >> places if 0 <= places < bits else (-1 if value < 0 else 0)

    functions = (left_shift, right_shift, right_shift_arithmetic)
    return {f"bitwise_{one.__name__}": one for one in functions}


def cube_root(value: float) -> float:
    """The cube root; that of a cube is exact."""
    root = math.cbrt(value)
    whole = round(root) if math.isfinite(root) else 0
    return float(whole) if whole and float(whole) ** 3 == value else root


def normal_cdf(mean: float, deviation: float, value: float) -> float:
    """Share of a normal distribution below a value."""
    if deviation <= 0:
        raise invalid_argument("standardDeviation must be > 0")
    return 0.5 * (1 + math.erf((value - mean) / (deviation * math.sqrt(2))))


def inverse_normal_cdf(mean: float, deviation: float, share: float) -> float:
    """The value below which that share lies."""
    if not 0 < share < 1 or deviation <= 0:
        raise invalid_argument("p must be 0 > p > 1 and sd > 0")
    return NormalDist(mean, deviation).inv_cdf(share)


for name in ("abs", "sign"):
    for whole in INTEGERS:
        declare(f"{name}({whole}) -> {whole}", f"{name}({{0}})")
for real in ("real", "double"):
    declare(f"abs({real}) -> {real}", "abs({0})")
    # A zero keeps its sign, and what is no number stays so.
    kept = "isnan({0}) OR {0} = 0"
    declare(f"sign({real}) -> {real}", f"CASE WHEN {kept} THEN {{0}} ELSE sign({{0}}) END")
for name in ("round", "floor", "ceil", "ceiling", "truncate"):
    sql = {"ceiling": "ceil", "truncate": "trunc"}.get(name, name)
    for whole in INTEGERS:
        declare(f"{name}({whole}) -> {whole}", "{0}")
    declare(f"{name}(real) -> real", f"{sql}({{0}})")
    declare(f"{name}(double) -> double", f"{sql}({{0}})")
declare("round(real, integer) -> real", "round({0}, {1})")
declare("round(double, integer) -> double", "round({0}, {1})")
for name in [
    "sqrt",
    "exp",
    "ln",
    "log10",
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
    ("cbrt(double) -> double", cube_root),
    ("log2(double) -> double", "(ln({0}) / ln(2e0))"),
    ("log(double, double) -> double", "(ln({1}) / ln({0}))"),
    ("atan2(double, double) -> double", "atan2({0}, {1})"),
    ("power(double, double) -> double", "pow({0}, {1})"),
    ("pow(double, double) -> double", "pow({0}, {1})"),
    ("mod(I, I) -> I", "({0} % {1})"),
    ("mod(real, real) -> real", "({0} % {1})"),
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
    ("width_bucket(double, array(double)) -> bigint", width_bucket_of),
    ("bit_count(bigint, bigint) -> bigint", bit_count),
    ("normal_cdf(double, double, double) -> double", normal_cdf),
    ("inverse_normal_cdf(double, double, double) -> double", inverse_normal_cdf),
    ("bitwise_not(bigint) -> bigint", "(~ {0})"),
):
    declare(signature, meaning)
for bits, whole in zip((8, 16, 32, 64), INTEGERS, strict=True):
    for name, shift in _shifts(bits).items():
        declare(f"{name}({whole}, bigint) -> {whole}", shift)
for name, word in (("local greatest", "greatest"), ("least", "least")):
    # DuckDB passes over NULLs; in Trino one of them makes the result NULL.
    declare(
        f"{name}(T, T...) -> T",
        "CASE WHEN list_contains(list_transform([{all}], lambda g: g IS NULL), TRUE) "
        f"THEN NULL ELSE {word}({{all}}) END",
    )


@special("greatest")
def greatest(node: exp.Anonymous, place: Place) -> Typed:
    """The greatest value; NaN is the smallest, and a NULL makes all of it NULL."""
    values = [place.typed(one) for one in node.expressions]
    made = scalar("local greatest", values, node, place)
    if made.kind.base not in ("real", "double"):
        return made
    numbers = ", ".join(coerce(one, made.kind).sql for one in values)
    known = f"list_max(list_filter([{numbers}], lambda g: NOT isnan(g)))"
    found = f"CASE WHEN isnan({made.sql}) THEN coalesce({known}, {made.sql}) ELSE {made.sql} END"
    return Typed(found, made.kind)
