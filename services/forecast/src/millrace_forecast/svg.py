"""Charts as SVG, drawn from numbers alone: a page needs nothing but itself."""

from __future__ import annotations

from html import escape

from millrace_forecast.chart import (
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Chart,
    Line,
    Ribbon,
    Scale,
    label_of,
    scale_of,
)


def draw_chart(chart: Chart) -> str:
    """One chart as an element; its title is left to the page."""
    scale = scale_of(chart)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="system-ui, sans-serif" '
        'font-size="11" fill="#64748b">'
    ]
    for value in scale.rules:
        y = scale.y(value)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e2e8f0"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label_of(value)}</text>'
        )
    for place, label in chart.ticks:
        x = scale.x(place)
        anchor = "end" if x > WIDTH - 50 else "middle"
        parts.append(f'<path d="M{x:.1f} {TOP}V{scale.y(scale.rules[0]):.1f}" stroke="#f1f5f9"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{escape(label)}</text>'
        )
    parts += [_ribbon(one, scale) for one in chart.ribbons]
    parts += [_line(one, scale) for one in chart.lines]
    return "".join([*parts, "</svg>"])


def _line(line: Line, scale: Scale) -> str:
    steps, command = [], "M"
    for place, value in line.points:
        if value is None:
            command = "M"
            continue
        steps.append(f"{command}{scale.x(place):.1f} {scale.y(value):.1f}")
        command = "L"
    dash = ' stroke-dasharray="4 3"' if line.dashed else ""
    return (
        f'<path d="{"".join(steps)}" fill="none" stroke="{line.color}" stroke-width="1.6" '
        f'stroke-linejoin="round"{dash}><title>{escape(line.name)}</title></path>'
    )


def _ribbon(ribbon: Ribbon, scale: Scale) -> str:
    there = [f"{scale.x(place):.1f} {scale.y(upper):.1f}" for place, _, upper in ribbon.points]
    back = [f"{scale.x(place):.1f} {scale.y(low):.1f}" for place, low, _ in ribbon.points[::-1]]
    return (
        f'<path d="M{"L".join([*there, *back])}Z" fill="{ribbon.color}" opacity="0.22">'
        f"<title>{escape(ribbon.name)}</title></path>"
    )
