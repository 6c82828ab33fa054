"""Values as Trino's documentation writes them, in the words of Athena's results.

The documentation quotes texts (``['a', null]``), marks types (``JSON '[1]'``, ``ROW(1, 'x')``) and
writes maps with arrows; Athena shows ``[a, null]``, ``[1]``, ``{field0=1, field1=x}``, ``{k=v}``.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"(?:(?:JSON|DATE|TIME|TIMESTAMP|X)\s+|X)?'((?:[^']|'')*)'")
_STRUCTURED = re.compile(r"[\[{(]|ROW\(|(?:JSON |DATE |TIME |X)?'")
_ENDS = re.compile(r"\s*(?:->|=|,|\]|\}|\))\s*")


def as_athena_shows(written: str) -> str | None:
    """One value of the documentation as Athena's result file has it; None is NULL."""
    text = written.strip()
    if text.lower() == "null":
        return None
    if not _STRUCTURED.match(text):
        return text
    shown, rest = _value(text)
    return text if rest else shown


def _value(text: str) -> tuple[str, str]:
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted[1].replace("''", "'"), text[quoted.end() :]
    for opening, closing, shown in (
        ("[", "]", "[]"),
        ("{", "}", "{}"),
        ("ROW(", ")", "{}"),
        ("(", ")", "{}"),
    ):
        if text.startswith(opening):
            parts, rest = _parts(text[len(opening) :], closing)
            if closing == ")":
                parts = [f"field{index}={part}" for index, part in enumerate(parts)]
            return shown[0] + ", ".join(parts) + shown[1], rest
    end = _ENDS.search(text)
    bare = text[: end.start()] if end else text
    return ("null" if bare == "NULL" else bare), text[len(bare) :]


def _parts(text: str, closing: str) -> tuple[list[str], str]:
    parts: list[str] = []
    if text.startswith(closing):
        return parts, text[1:]
    while True:
        part, text = _value(text.lstrip())
        arrow = re.match(r"\s*(?:->|=)\s*", text)
        if arrow:
            value, text = _value(text[arrow.end() :])
            part = f"{part}={value}"
        parts.append(part)
        text = text.lstrip()
        if not text.startswith(","):
            return parts, text[1:]
        text = text[1:]
