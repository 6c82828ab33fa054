"""One past forecast: what was said of which series and periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from millrace_contracts.dataset import Forecast
from millrace_forecast.calendar import Frequency


@dataclass(frozen=True, slots=True)
class Past:
    """A forecast as it was issued; arrays have shape (series, steps)."""

    keys: tuple[tuple[str, ...], ...]
    versions: tuple[str, ...]
    """The model that made each series' part."""
    first: int
    """Number of the first period that was forecast."""
    mean: NDArray[np.float64]
    lower: dict[int, NDArray[np.float64]]
    """By coverage in per cent: those that are declared now and were made then."""
    upper: dict[int, NDArray[np.float64]]

    @property
    def steps(self) -> int:
        return int(self.mean.shape[1])

    def part(self, rows: Sequence[int], most_steps: int) -> Past:
        """Some of the series, and no more than the first of the steps."""
        kept = list(rows)

        def cut(bounds: dict[int, NDArray[np.float64]]) -> dict[int, NDArray[np.float64]]:
            return {percent: values[kept, :most_steps] for percent, values in bounds.items()}

        return Past(
            tuple(self.keys[row] for row in kept),
            tuple(self.versions[row] for row in kept),
            self.first,
            self.mean[kept, :most_steps],
            cut(self.lower),
            cut(self.upper),
        )


def read_past(table: pa.Table, declared: Forecast, frequency: Frequency) -> Past | None:
    """A forecast's rows as one array.

    Returns:
        None when the rows are not one per series and period by what is declared now, because the
        series columns or the frequency were others when the forecast was made.
    """
    needed = (*declared.series, "forecast_time", "mean", "model_version")
    if not table.num_rows or any(name not in table.schema.names for name in needed):
        return None
    order = [(name, "ascending") for name in (*declared.series, "forecast_time")]
    rows = table.sort_by(order).combine_chunks()
    columns = [
        ["" if part is None else str(part) for part in rows[name].to_pylist()]
        for name in declared.series
    ]
    every = list(zip(*columns, strict=True))
    starts = [row for row, key in enumerate(every) if not row or key != every[row - 1]]
    steps, left_over = divmod(len(every), len(starts))
    if left_over or starts != list(range(0, len(every), steps)):
        return None
    days = rows["forecast_time"].to_pylist()
    period = {day: frequency.period_of(day) for day in set(days)}
    periods = np.array([period[day] for day in days]).reshape(-1, steps)
    if (periods != periods[0, 0] + np.arange(steps)).any():
        return None

    def values(name: str) -> NDArray[np.float64]:
        found = rows[name].to_numpy(zero_copy_only=False)
        return np.asarray(found, dtype=np.float64).reshape(-1, steps)

    made = [
        percent
        for percent in declared.intervals
        if {f"lower_{percent}", f"upper_{percent}"} <= set(rows.schema.names)
    ]
    versions = rows["model_version"].to_pylist()
    return Past(
        keys=tuple(every[row] for row in starts),
        versions=tuple(versions[row] for row in starts),
        first=int(periods[0, 0]),
        mean=values("mean"),
        lower={percent: values(f"lower_{percent}") for percent in made},
        upper={percent: values(f"upper_{percent}") for percent in made},
    )
