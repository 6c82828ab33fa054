"""Aggregates and window functions (Trino documentation, the pages of those names)."""

from __future__ import annotations

from millrace_localcloud.athena.functions.registry import aggregate, window


def _finite(name: str) -> str:
    """NULL where too few points, or equal ones, make none or an infinite number."""
    found = f"{name}[{{0}}, {{1}}]"
    return f"CASE WHEN isfinite({found}) THEN {found} END"


_NUMBERS_FIRST = (
    "list_concat(list_reverse_sort(list_filter(list[{0}], lambda e: NOT isnan(e))), "
    "list_filter(list[{0}], lambda e: isnan(e)))"
)

for signature, sql in (
    ("count() -> bigint", "count[*]"),
    ("count(T) -> bigint", "count[{0}]"),
    ("count_if(boolean) -> bigint", "count_if[{0}]"),
    ("approx_distinct(T) -> bigint", "count[DISTINCT {0}]"),
    ("min(T) -> T", "min[{0}]"),
    ("max(T) -> T", "max[{0}]"),
    ("min(T, bigint) -> array(T)", "min[{0}, {1}]"),
    ("max(T, bigint) -> array(T)", "max[{0}, {1}]"),
    ("min_by(T, U) -> T", "arg_min_null[{0}, {1}]"),
    ("max_by(T, U) -> T", "arg_max_null[{0}, {1}]"),
    ("arbitrary(T) -> T", "any_value[{0}]"),
    ("any_value(T) -> T", "any_value[{0}]"),
    ("array_agg(T) -> array(T)", "list[{0}]"),
    ("bool_and(boolean) -> boolean", "bool_and[{0}]"),
    ("every(boolean) -> boolean", "bool_and[{0}]"),
    ("bool_or(boolean) -> boolean", "bool_or[{0}]"),
    ("bitwise_and_agg(bigint) -> bigint", "bit_and[{0}]"),
    ("bitwise_or_agg(bigint) -> bigint", "bit_or[{0}]"),
    ("bitwise_xor_agg(bigint) -> bigint", "bit_xor[{0}]"),
    ("stddev(double) -> double", "stddev_samp[{0}]"),
    ("stddev_samp(double) -> double", "stddev_samp[{0}]"),
    ("stddev_pop(double) -> double", "stddev_pop[{0}]"),
    ("variance(double) -> double", "var_samp[{0}]"),
    ("var_samp(double) -> double", "var_samp[{0}]"),
    ("var_pop(double) -> double", "var_pop[{0}]"),
    ("corr(double, double) -> double", _finite("corr")),
    ("covar_pop(double, double) -> double", "covar_pop[{0}, {1}]"),
    ("covar_samp(double, double) -> double", "covar_samp[{0}, {1}]"),
    ("regr_slope(double, double) -> double", _finite("regr_slope")),
    ("regr_intercept(double, double) -> double", _finite("regr_intercept")),
    ("geometric_mean(double) -> double", "geometric_mean[{0}]"),
    ("listagg(varchar) -> varchar", "string_agg[{0}, '']"),
    ("listagg(varchar, varchar) -> varchar", "string_agg[{0}, {1}]"),
):
    aggregate(signature, sql)
# DuckDB's NaN is the greatest number; for Trino's maximum it is the smallest.
for real in ("real", "double"):
    aggregate(
        f"max({real}) -> {real}",
        "coalesce(max[CASE WHEN NOT isnan({0}) THEN {0} END], max[{0}])",
    )
    aggregate(
        f"max({real}, bigint) -> array({real})",
        f"list_slice({_NUMBERS_FIRST}, 1, len(max[{{0}}, {{1}}]))",
    )
    aggregate(
        f"max_by(T, {real}) -> T",
        "arg_max_null[{0}, CASE WHEN {1} IS NOT NULL THEN (NOT isnan({1}), {1}) END]",
    )
for whole in ("tinyint", "smallint", "integer", "bigint"):
    aggregate(f"sum({whole}) -> bigint", "sum[{0}]")
    aggregate(f"avg({whole}) -> double", "avg[{0}]")
for interval in ("interval day to second", "interval year to month"):
    aggregate(f"sum({interval}) -> {interval}", "sum[{0}]")
    # Math.round of the mean: halves go up.
    aggregate(f"avg({interval}) -> {interval}", "floor(avg[{0}] + 0.5e0)")
aggregate("sum(real) -> real", "sum[{0}]")
aggregate("sum(double) -> double", "sum[{0}]")
aggregate("avg(real) -> real", "avg[{0}]")
aggregate("avg(double) -> double", "avg[{0}]")

for signature, sql in (
    ("row_number() -> bigint", "row_number[]"),
    ("rank() -> bigint", "rank[]"),
    ("dense_rank() -> bigint", "dense_rank[]"),
    ("percent_rank() -> double", "percent_rank[]"),
    ("cume_dist() -> double", "cume_dist[]"),
    ("ntile(bigint) -> bigint", "ntile[{0}]"),
    ("first_value(T) -> T", "first_value[{0}]"),
    ("last_value(T) -> T", "last_value[{0}]"),
    ("nth_value(T, bigint) -> T", "nth_value[{0}, {1}]"),
    ("lag(T) -> T", "lag[{0}]"),
    ("lag(T, bigint) -> T", "lag[{0}, {1}]"),
    ("lag(T, bigint, T) -> T", "lag[{0}, {1}, {2}]"),
    ("lead(T) -> T", "lead[{0}]"),
    ("lead(T, bigint) -> T", "lead[{0}, {1}]"),
    ("lead(T, bigint, T) -> T", "lead[{0}, {1}, {2}]"),
):
    window(signature, sql)
