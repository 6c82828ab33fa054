"""How a text becomes a value of a declared type: exactly, or not at all.

Spark's own casts take more than a person would: ``12:30`` is a timestamp of today, ``1d`` a
double, ``2013`` a date, and a decimal is rounded to its scale. Each would write a value that nobody
sent, so the text's form is checked first. ``int`` and ``bigint`` need no check: ``try_cast`` takes
integers alone.
"""

from __future__ import annotations

from millrace_etl.columns.sql import quoted_text

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})?"
_FORMS = {
    "date": _DATE,
    "timestamp": rf"{_DATE}(?:[T ]{_TIME}{_ZONE})?",
    "double": r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?",
}


def cast_sql(text: str, column_type: str) -> str:
    """SQL of the typed value; null where ``text`` is null or is no such value.

    Surrounding blanks are allowed in every type but string, around an integer and a boolean control
    characters too. A timestamp without a zone is in the
    session's, which is UTC.

    Args:
        text: SQL of the text.
        column_type: As declared in the dataset spec.
    """
    if column_type == "string":
        return text
    form = _form(column_type)
    # UTC is the session's zone: left unsaid, Spark need not look a zone up for each value.
    read = f"trim(TRAILING 'Z' FROM {text})" if column_type == "timestamp" else text
    cast = f"try_cast({read} AS {column_type})"
    if form is None:
        return cast
    whole = quoted_text(rf"\A\s*(?:{form})\s*\z")
    finite = f" AND abs({cast}) < double('Infinity')" if column_type == "double" else ""
    return f"CASE WHEN {text} RLIKE {whole}{finite} THEN {cast} END"


def _form(column_type: str) -> str | None:
    if column_type.startswith("decimal"):
        scale = int(column_type.rstrip(")").split(",")[1])
        if scale == 0:
            return r"[-+]?\d+(?:\.0*)?"
        return rf"[-+]?(?:\d+(?:\.\d{{0,{scale}}}0*)?|\.\d{{1,{scale}}}0*)"
    return _FORMS.get(column_type)
