"""Line charts as SVG, drawn from numbers alone: an image needs no library for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 860, 220
_LEFT, _BOTTOM, _TOP, _RIGHT = 70, 24, 10, 10


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


def draw_chart(
    lines: Sequence[Line], ribbons: Sequence[Ribbon], ticks: Sequence[tuple[float, str]]
) -> str:
    """One chart.

    Args:
        lines: Drawn over the ribbons; the first one lowest.
        ribbons: The widest first.
        ticks: Places on the horizontal axis, and their labels.
    """
    places = [place for line in lines for place, _ in line.points]
    places += [point[0] for ribbon in ribbons for point in ribbon.points]
    values = [value for line in lines for _, value in line.points if value is not None]
    values += [bound for ribbon in ribbons for point in ribbon.points for bound in point[1:]]
    scale = _Scale(min(places), max(places), min(values), max(values))
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="11">'
    ]
    for value in (scale.low, (scale.low + scale.high) / 2, scale.high):
        y = scale.y(value)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,.4g}</text>')
    for place, label in ticks:
        x = scale.x(place)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(label)}</text>'
        )
    parts += [_ribbon(one, scale) for one in ribbons]
    parts += [_line(one, scale) for one in lines]
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class _Scale:
    first: float
    last: float
    low: float
    high: float

    def x(self, place: float) -> float:
        span = (self.last - self.first) or 1.0
        return _LEFT + (place - self.first) / span * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return HEIGHT - _BOTTOM - (value - self.low) / span * (HEIGHT - _BOTTOM - _TOP)


def _line(line: Line, scale: _Scale) -> str:
    steps, command = [], "M"
    for place, value in line.points:
        if value is None:
            command = "M"
            continue
        steps.append(f"{command}{scale.x(place):.1f} {scale.y(value):.1f}")
        command = "L"
    dash = ' stroke-dasharray="4 3"' if line.dashed else ""
    return (
        f'<path d="{"".join(steps)}" fill="none" stroke="{line.color}" stroke-width="1.5"{dash}>'
        f"<title>{escape(line.name)}</title></path>"
    )


def _ribbon(ribbon: Ribbon, scale: _Scale) -> str:
    there = [f"{scale.x(place):.1f} {scale.y(upper):.1f}" for place, _, upper in ribbon.points]
    back = [f"{scale.x(place):.1f} {scale.y(low):.1f}" for place, low, _ in ribbon.points[::-1]]
    return (
        f'<path d="M{"L".join([*there, *back])}Z" fill="{ribbon.color}" opacity="0.35">'
        f"<title>{escape(ribbon.name)}</title></path>"
    )
