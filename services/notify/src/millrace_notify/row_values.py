"""Values of rows, as engines and databases put them into their error messages. Pure.

Apache Spark's error-conditions.json, Python's built-in exceptions, the PostgreSQL documentation
("Error Message Style Guide": DETAIL) and the MySQL error reference tell how.
"""

from __future__ import annotations

import re

_MASK = "***"
_QUOTED = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_BEFORE_QUOTED = (
    r"\binvalid literal for int\(\) with base \d+: ",
    r"\bcould not (?:convert string to float|parse|convert)(?: (?:text|value|string))?:? ",
    r"\binvalid input (?:syntax|value) for [\w ]+\s*:\s*",
    r"\binvalid [\w ]*(?:value|date|number|string)\s*:\s*",
    r"\b(?:unparseable|malformed|incorrect|bad|corrupt) [\w ]*value\s*:?\s*",
    r"\b(?:unparseable|malformed|incorrect|bad|corrupt) (?:date|number|record|row|line)\s*:?\s*",
    r"\bdoes not match format ",
    r"\btime data ",
    r"\bduplicate entry ",
)
_VALUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(f"({before})({_QUOTED})" for before in _BEFORE_QUOTED),
        rf"(\bthe value )({_QUOTED}|\S+)(?= (?:of the type|cannot be|could not))",
        rf"(\btext )({_QUOTED})(?= could not be parsed)",
        r"(\bkey \([^)]*\)=)(\([^)]*\))",
        r"(\bfailing row contains )(\(.*\))",
        r"(\brow\s*[:=]\s*)(\{.*\}|\[.*\]|\(.*\))",
    )
)


def mask_row_values(text: str) -> str:
    """The text with a mask for each value that a message is known to take from a row."""
    for pattern in _VALUES:
        text = pattern.sub(rf"\1{_MASK}", text)
    return text
