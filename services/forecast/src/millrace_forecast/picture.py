"""Charts as one PNG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from millrace_forecast.chart import (
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Chart,
    Scale,
    label_of,
    scale_of,
)

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_SHOWN, _FINE = 2, 4
"""Pixels per unit of the chart: in the picture, and while drawing, for smooth lines."""
HEAD, TITLE = 34, 60
"""Room above each chart for its title, and above all for the page's."""
_INK, _PALE, _RULE, _TICK = "#0f172a", "#64748b", "#e2e8f0", "#f1f5f9"
_ALPHA = 56
"""Of a ribbon, of 255."""


def draw_picture(title: str, charts: Sequence[Chart]) -> bytes:
    """A PNG with one chart below the other, each with its title and the names of its lines."""
    from PIL import Image, ImageDraw

    size = (WIDTH * _SHOWN, (TITLE + len(charts) * (HEIGHT + HEAD)) * _SHOWN)
    page = Image.new("RGB", size, "white")
    _write(ImageDraw.Draw(page), (24, 20), title, 20, _SHOWN, _INK)
    for place, chart in enumerate(charts):
        drawn = _draw(chart).resize(
            (WIDTH * _SHOWN, (HEIGHT + HEAD) * _SHOWN), Image.Resampling.BOX
        )
        page.paste(drawn, (0, (TITLE + place * (HEIGHT + HEAD)) * _SHOWN))
    file = BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw(chart: Chart) -> Image:
    from PIL import Image, ImageDraw

    scale = scale_of(chart)
    image = Image.new("RGBA", (WIDTH * _FINE, (HEIGHT + HEAD) * _FINE), "white")
    draw = ImageDraw.Draw(image)
    _write(draw, (24, 8), chart.title, 14, _FINE, _INK)
    _legend(draw, chart)
    for place, label in chart.ticks:
        x = scale.x(place)
        low = _at(scale, place, scale.rules[0])
        draw.line([(low[0], (TOP + HEAD) * _FINE), low], _TICK, _FINE)
        _write(
            draw, (x, HEIGHT + HEAD - 20), label, 11, _FINE, _PALE, "r" if x > WIDTH - 50 else "m"
        )
    for value in scale.rules:
        y = _at(scale, scale.first, value)[1]
        draw.line([(LEFT * _FINE, y), ((WIDTH - RIGHT) * _FINE, y)], _RULE, _FINE)
        _write(draw, (LEFT - 8, y / _FINE - 6), label_of(value), 11, _FINE, _PALE, "r")
    for ribbon in chart.ribbons:
        over = Image.new("RGBA", image.size)
        area = [_at(scale, place, upper) for place, _, upper in ribbon.points]
        area += [_at(scale, place, lower) for place, lower, _ in ribbon.points[::-1]]
        if len(area) > 2:
            red, green, blue = (int(ribbon.color[start : start + 2], 16) for start in (1, 3, 5))
            ImageDraw.Draw(over).polygon(area, (red, green, blue, _ALPHA))
        image.alpha_composite(over)
    for line in chart.lines:
        for run in _runs(line.points):
            corners = [_at(scale, place, value) for place, value in run]
            for piece in _dashes(corners) if line.dashed else [corners]:
                draw.line(piece, line.color, round(1.6 * _FINE), joint="curve")
    return image.convert("RGB")


def _at(scale: Scale, place: float, value: float) -> tuple[float, float]:
    return scale.x(place) * _FINE, (scale.y(value) + HEAD) * _FINE


def _runs(
    points: Sequence[tuple[float, float | None]],
) -> Iterator[list[tuple[float, float]]]:
    """The parts between missing values."""
    run: list[tuple[float, float]] = []
    for place, value in [*points, (0.0, None)]:
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []


def _dashes(corners: list[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    on, off = 5.0 * _FINE, 3.5 * _FINE
    done = 0.0
    for (x, y), (to_x, to_y) in pairwise(corners):
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        at = 0.0
        while at < length:
            inside = done % (on + off)
            step = min(length - at, (on if inside < on else on + off) - inside + 1e-6)
            if inside < on:
                ends = (at / length, (at + step) / length)
                yield [(x + (to_x - x) * part, y + (to_y - y) * part) for part in ends]
            at, done = at + step, done + step


def _legend(draw: ImageDraw, chart: Chart) -> None:
    """The lines' and ribbons' names, in their colours, on the right of the title."""
    x = float(WIDTH - RIGHT)
    for name, color in reversed(chart.legend().items()):
        x -= _write(draw, (x, 9), name, 11, _FINE, color, "r") + 14


def _write(
    draw: ImageDraw,
    place: tuple[float, float],
    text: str,
    size: float,
    zoom: int,
    color: str,
    anchor: str = "l",
) -> float:
    """Text from a place on (l), around it (m) or up to it (r); answers its width."""
    from PIL import ImageFont

    font = ImageFont.load_default(size * zoom)
    draw.text((place[0] * zoom, place[1] * zoom), text, color, font, anchor=f"{anchor}a")
    return draw.textlength(text, font) / zoom
