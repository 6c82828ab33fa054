"""``sequence(start, stop[, step])`` (Trino documentation, "Array functions and operators")."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, checked, coerce
from millrace_localcloud.athena.types import (
    BIGINT,
    DATE,
    DAY_INTERVAL,
    MONTH_INTERVAL,
    array,
    coerces,
    storage,
)

_MOST = 10_000


def sequence_of(values: Sequence[Typed], node: exp.Expression, place: Place) -> Typed:
    """The array; more than 10,000 entries end the query as they do in Trino."""
    if len(values) in (2, 3) and all(coerces(one.kind, BIGINT) for one in values):
        start, stop, *rest = (coerce(one, BIGINT).sql for one in values)
        step = rest[0] if rest else f"CASE WHEN {stop} >= {start} THEN 1 ELSE -1 END"
        return _checked(start, stop, step, f"generate_series({start}, {stop}, {step})")
    kinds = [one.kind for one in values]
    if (
        kinds in ([DATE, DATE], [DATE, DATE, DAY_INTERVAL])
        or (
            len(kinds) == 3
            and kinds[0] == kinds[1]
            and kinds[0].base == "timestamp"
            and kinds[2] in (DAY_INTERVAL, MONTH_INTERVAL)
        )
        or kinds == [DATE, DATE, MONTH_INTERVAL]
    ):
        return _moments(values)
    text = f"Unexpected parameters ({', '.join(map(str, kinds))}) for function sequence"
    place.translation.fail("FUNCTION_NOT_FOUND", text, node)


def _checked(start: str, stop: str, step: str, made: str) -> Typed:
    wrong = f"(({step}) = 0 OR (({stop}) - ({start})) * sign({step}) < 0)"
    text = (
        "sequence stop value should be greater than or equal to start value if "
        "step is greater than zero otherwise stop should be less than or equal to start"
    )
    made = checked(made, wrong, "INVALID_FUNCTION_ARGUMENT", text)
    long = f"abs((({stop}) - ({start})) // nullif({step}, 0)) >= {_MOST}"
    text = "result of sequence function must not have more than 10000 entries"
    return Typed(checked(made, long, "INVALID_FUNCTION_ARGUMENT", text), array(BIGINT))


def _moments(values: Sequence[Typed]) -> Typed:
    start, stop = values[0], values[1]
    step = values[2] if len(values) == 3 else None
    if step is None:
        interval = f"to_days(CASE WHEN {stop.sql} >= {start.sql} THEN 1 ELSE -1 END)"
    elif step.kind == MONTH_INTERVAL:
        return _months(start, stop, step)
    else:
        interval = f"to_microseconds({step.sql} * 1000)"
    first, last = (f"CAST({one.sql} AS TIMESTAMP)" for one in (start, stop))
    kind = array(start.kind)
    made = f"CAST(generate_series({first}, {last}, {interval}) AS {storage(kind)})"
    text = "result of sequence function must not have more than 10000 entries"
    long = f"len({made}) > {_MOST}"
    return Typed(checked(made, long, "INVALID_FUNCTION_ARGUMENT", text), kind)


def _months(start: Typed, stop: Typed, step: Typed) -> Typed:
    # Each entry is counted from the first, so that the end of a month does not wander off.
    first, last = (f"CAST({one.sql} AS TIMESTAMP)" for one in (start, stop))
    count = f"(datesub('month', {first}, {last}) // nullif({step.sql}, 0) + 1)"
    moment = f"{first} + to_months(CAST({step.sql} * (m - 1) AS INTEGER))"
    kind = array(start.kind)
    made = f"list_transform(range(1, {count} + 1), lambda m: {moment})"
    wrong = f"(({step.sql}) = 0 OR datesub('month', {first}, {last}) * sign({step.sql}) < 0)"
    text = "sequence stop value should be on the side of start to which step leads"
    made = checked(made, wrong, "INVALID_FUNCTION_ARGUMENT", text)
    text = "result of sequence function must not have more than 10000 entries"
    long = f"{count} > {_MOST}"
    made = checked(made, long, "INVALID_FUNCTION_ARGUMENT", text)
    return Typed(f"CAST({made} AS {storage(kind)})", kind)
