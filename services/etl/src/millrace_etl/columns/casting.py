"""How a text becomes a value of a declared type: exactly, or not at all.

Spark's own casts take more than a person would: ``12:30`` is a timestamp of today, ``1d`` a
double, ``2013`` a date, ``2.7`` an int, and a decimal is rounded to its scale. Each would write a
value that nobody sent, so the text's form is checked first. That done, a plain cast is as exact as
``try_cast`` (the session is not ANSI's), and a bad value costs no Java exception.
"""

from __future__ import annotations

from millrace_etl.columns.sql import quoted_text

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})?"
_FORMS = {"date": _DATE, "timestamp": rf"{_DATE}(?:[T ]{_TIME}{_ZONE})?"}
_SHORT_DOUBLE = r"[-+]?(?:\d{1,300}(?:\.\d*)?|\.\d+)"
"""A text that is finite by its form: the largest double has 309 digits."""
_DOUBLE = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


def cast_sql(text: str, column_type: str) -> str:
    """SQL of the typed value; null where ``text`` is null or is no such value.

    Surrounding blanks are allowed in every type but string, around an integer and a boolean control
    characters too. A timestamp without a zone is in the session's, which is UTC.

    Args:
        text: SQL of the text.
        column_type: As declared in the dataset spec.
    """
    if column_type == "string":
        return text
    if column_type == "double":
        return _double_sql(text)
    cast = f"CAST({text} AS {column_type})"
    if column_type in ("int", "bigint"):
        return f"CASE WHEN NOT contains({text}, '.') THEN {cast} END"
    form = _form(column_type)
    if form is None:
        return cast
    if column_type == "timestamp":
        # UTC is the session's zone: left unsaid, Spark need not look a zone up for each value.
        cast = f"CAST(substring_index({text}, 'Z', 1) AS timestamp)"
    return f"CASE WHEN {_has_form(text, form)} THEN {cast} END"


def _double_sql(text: str) -> str:
    """Most doubles are whole numbers, which need neither a regular expression nor Java's parser."""
    whole, cast = f"CAST({text} AS int)", f"CAST({text} AS double)"
    return (
        f"CASE WHEN CAST({whole} AS string) = {text} THEN CAST({whole} AS double) "
        f"WHEN {_has_form(text, _SHORT_DOUBLE)} THEN {cast} "
        f"WHEN {_has_form(text, _DOUBLE)} AND abs({cast}) < double('Infinity') THEN {cast} END"
    )


def _has_form(text: str, form: str) -> str:
    whole = quoted_text(rf"\A\s*(?:{form})\s*\z")
    return f"{text} RLIKE {whole}"


def _form(column_type: str) -> str | None:
    if column_type.startswith("decimal"):
        scale = int(column_type.rstrip(")").split(",")[1])
        if scale == 0:
            return r"[-+]?\d+(?:\.0*)?"
        return rf"[-+]?(?:\d+(?:\.\d{{0,{scale}}}0*)?|\.\d{{1,{scale}}}0*)"
    return _FORMS.get(column_type)
