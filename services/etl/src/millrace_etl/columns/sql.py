"""Spell names and texts in Spark SQL."""

from __future__ import annotations


def quoted_name(name: str) -> str:
    """A column's name as an identifier."""
    return "`" + name.replace("`", "``") + "`"


def quoted_text(text: str) -> str:
    """A text as a string literal ("Literals", Spark SQL reference: backslash escapes)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
