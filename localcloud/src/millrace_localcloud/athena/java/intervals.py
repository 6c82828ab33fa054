"""Text of intervals, as Trino writes them."""

from __future__ import annotations


def days_text(milliseconds: int) -> str:
    """``2 03:04:05.000``."""
    sign, rest = ("-", -milliseconds) if milliseconds < 0 else ("", milliseconds)
    seconds, millis = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    return f"{sign}{day} {hour:02d}:{minute:02d}:{second:02d}.{millis:03d}"


def months_text(months: int) -> str:
    """``1-2``."""
    sign, rest = ("-", -months) if months < 0 else ("", months)
    return f"{sign}{rest // 12}-{rest % 12}"
