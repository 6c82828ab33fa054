"""Numbers as Trino lets one write them: ``0x1F``, ``0o17``, ``0b11``, ``1_000``.

sqlglot reads them otherwise. Each is written anew, in as many characters, so that positions stay.
"""

from __future__ import annotations

import re

from millrace_localcloud.athena.errors import not_supported

_DIGITS = r"\d+(?:_\d+)*"
_TOKEN = re.compile(
    rf"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/
    | (?<![\w.$@])(?:
        (?P<based>0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)* | 0[oO][0-7]+(?:_[0-7]+)*
            | 0[bB][01]+(?:_[01]+)*)
        | (?P<number>{_DIGITS}(?:\.(?:{_DIGITS})?)?(?:[eE][+-]?{_DIGITS})?)
    )(?![\w.])""",
    re.VERBOSE | re.DOTALL,
)


def plain_numbers(sql: str) -> str:
    """The statement with decimal numbers alone, as long as it was."""
    return _TOKEN.sub(_plain, sql)


def _plain(found: re.Match[str]) -> str:
    text = found[0]
    if found["based"]:
        shown = str(int(text.replace("_", ""), 0))
        if len(shown) > len(text):
            raise not_supported(f"the number {text}")
        return shown.ljust(len(text))
    if found["number"] and "_" in text:
        return text.replace("_", "").ljust(len(text))
    return text
