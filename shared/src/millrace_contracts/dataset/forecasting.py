"""What is forecast from a dataset's refined table."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from millrace_contracts.dataset.columns import ColumnName
from millrace_contracts.dataset.part import SpecPart


class CountTarget(SpecPart):
    """The number of rows per series and period."""

    count: Literal["*"]


class SumTarget(SpecPart):
    """The sum of a column per series and period."""

    sum: ColumnName


class Retrain(SpecPart):
    """When a run trains a new model and lets it predict.

    Without a reason below, it does so where the promoted model no longer fits the declaration. It
    never does where the declaration and the history are those that the promoted model was made of.
    """

    after_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    """Age of the model at which it is replaced; null for none."""
    on_drift: bool = True
    """Whether a model is replaced whose forecasts turn out worse than seasonal naive, or worse than
    its back-test promised by more than ``drift_factor``."""
    drift_factor: Annotated[float, Field(gt=1, le=10)] = 1.5
    """How many times the back-test's MASE, relative to seasonal naive's, is taken as it comes."""


class Forecast(SpecPart):
    """One time series per combination of the series columns."""

    series: Annotated[tuple[ColumnName, ...], Field(min_length=1)]
    time: ColumnName
    """Column of type date or timestamp."""
    target: CountTarget | SumTarget
    frequency: Literal["D", "W", "MS", "QS", "YS"]
    """Day, week (ending Sunday), month, quarter or year (their first day), as pandas names them."""
    horizon: Annotated[int, Field(ge=1, le=366)]
    """Periods ahead."""
    intervals: Annotated[
        tuple[Annotated[int, Field(ge=1, le=99)], ...], Field(min_length=1, max_length=5)
    ] = (80, 95)
    """Coverage of the prediction intervals, in per cent."""
    holidays: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,4})?$")] | None = None
    """Country whose public holidays the model knows, as ISO 3166 has it: ``US``; with a part of
    the country where that has its own: ``DE-BY``."""
    known_ahead: Annotated[tuple[ColumnName, ...], Field(max_length=16)] = ()
    """Numbers that are known before the target is, such as a price or a planned campaign. A row
    whose target is null tells them of a period to come; a period's value is its rows' mean."""
    retrain: Retrain | None = None
    """Without it, the first run trains and later ones do not."""

    @model_validator(mode="after")
    def _what_is_known_ahead_is_told_apart(self) -> Self:
        if not self.known_ahead:
            return self
        if not isinstance(self.target, SumTarget):
            raise ValueError(
                "known_ahead needs target.sum: of a target that counts rows, a row cannot be ahead"
            )
        for name in self.known_ahead:
            used = (*self.series, self.time, self.target.sum)
            if name in used or self.known_ahead.count(name) > 1:
                raise ValueError(f"known_ahead names {name!r}, which is used already")
        return self
