"""A line chart as numbers: what is drawn, and where on the paper it lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 860, 220
LEFT, BOTTOM, TOP, RIGHT = 70, 26, 10, 14
_RULES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """Values at places; a place without a value breaks the line."""

    name: str
    color: str
    points: Sequence[tuple[float, float | None]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The area between two bounds."""

    name: str
    color: str
    points: Sequence[tuple[float, float, float]]
    """Place, lower, upper."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines drawn over ribbons, the first ones lowest; the widest ribbon comes first."""

    title: str
    lines: Sequence[Line]
    ribbons: Sequence[Ribbon]
    ticks: Sequence[tuple[float, str]]
    """Places on the horizontal axis, and their labels."""

    def legend(self) -> dict[str, str]:
        """Each name that is drawn, and its colour."""
        ribbons = {one.name: one.color for one in self.ribbons}
        return {**ribbons, **{one.name: one.color for one in self.lines}}


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie on a paper of WIDTH by HEIGHT, whose top left is 0, 0."""

    first: float
    last: float
    rules: tuple[float, ...]
    """Round values, from the lowest to the highest that is drawn."""

    def x(self, place: float) -> float:
        span = (self.last - self.first) or 1.0
        return LEFT + (place - self.first) / span * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.rules[0], self.rules[-1]
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP)


def scale_of(chart: Chart) -> Scale:
    """The scale that everything drawn fits into."""
    places = [place for line in chart.lines for place, _ in line.points]
    places += [point[0] for ribbon in chart.ribbons for point in ribbon.points]
    values = [value for line in chart.lines for _, value in line.points if value is not None]
    values += [bound for ribbon in chart.ribbons for point in ribbon.points for bound in point[1:]]
    return Scale(min(places), max(places), _round_values(min(values), max(values)))


def label_of(value: float) -> str:
    """A value as it stands beside its rule."""
    return f"{value:,.6g}"


def _round_values(low: float, high: float) -> tuple[float, ...]:
    """Multiples of 1, 2 or 5 times a power of ten that enclose both; at least two."""
    least = max((high - low) / _RULES, abs(high) * 1e-9, 1e-9)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)
    begin = math.floor(low / step + 1e-9)
    end = max(math.ceil(high / step - 1e-9), begin + 1)
    return tuple(round(count * step, 12) for count in range(begin, end + 1))
