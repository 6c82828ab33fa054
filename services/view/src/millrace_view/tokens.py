"""The tokens of a SQL text, as far as telling names from comments and literals needs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<literal>'(?:[^']|'')*')
      | "(?P<quoted>(?:[^"]|"")*)"
      | (?P<word>[^\W\d]\w*)
      | (?P<mark>\S)""",
    re.VERBOSE | re.DOTALL,
)


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    """A keyword or a name without quotes, in lower case."""
    QUOTED = auto()
    """A name in double quotes, in lower case as Athena takes it."""
    LITERAL = auto()
    """A text in single quotes."""
    MARK = auto()
    """Any other character outside comments."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where its last character ends in the text."""

    kind: Kind
    text: str
    end: int


def scan_tokens(sql: str) -> Iterator[Token]:
    """Tokens of a text, without comments."""
    for match in _TOKEN.finditer(sql):
        if match["word"] is not None:
            yield Token(Kind.WORD, match["word"].lower(), match.end())
        elif match["quoted"] is not None:
            yield Token(Kind.QUOTED, match["quoted"].replace('""', '"').lower(), match.end())
        elif match["literal"] is not None:
            yield Token(Kind.LITERAL, match["literal"], match.end())
        elif match["mark"] is not None:
            yield Token(Kind.MARK, match["mark"], match.end())
