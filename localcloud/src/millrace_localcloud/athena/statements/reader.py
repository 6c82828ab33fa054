"""Reads the statements that Athena hands to Hive: words, names, quoted texts, properties.

Hive's DDL is not Trino's grammar: names stand in backticks, texts in either quote with Java's
escapes (Hive language manual, "DDL" and "Literals").
"""

from __future__ import annotations

import re
from typing import NoReturn

from millrace_localcloud.athena.catalog import CATALOG
from millrace_localcloud.athena.errors import Position, QueryFailed

_TOKEN = re.compile(
    r"""(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*
    (?: (?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*")
      | `(?P<name>[^`]+)`
      | (?P<word>[\w$]+)
      | (?P<sign>[(),.;=<>:\[\]?*-])
      | (?P<end>$) )""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[0-3][0-7]{2}|.)", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a"}


class Reader:
    """A place in a statement; each method reads on or says what is wrong there."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.offset = 0

    def _next(self) -> re.Match[str]:
        found = _TOKEN.match(self.sql, self.offset)
        if found is None:
            rest = self.sql[self.offset :].lstrip()
            self._fail(rest[:1], len(self.sql) - len(rest))
        return found

    def accept(self, *words: str) -> bool:
        """Read these words or signs if all of them come next."""
        start = self.offset
        for word in words:
            found = self._next()
            if found["text"] or found["name"] or self._shown(found).upper() != word:
                self.offset = start
                return False
            self.offset = found.end()
        return True

    def expect(self, *words: str) -> None:
        """Read these words or signs.

        Raises:
            QueryFailed: Something else comes next.
        """
        for word in words:
            if not self.accept(word):
                self.fail(word)

    def fail(self, expected: str) -> NoReturn:
        """End the query: ``expected`` does not come next."""
        found = self._next()
        self._fail(self._shown(found) or "<EOF>", found.end() - len(self._shown(found)), expected)

    def _fail(self, found: str, start: int, expected: str = "") -> NoReturn:
        before = self.sql[:start]
        at = Position(before.count("\n") + 1, start - before.rfind("\n"))
        hint = f" expecting {expected}" if expected else ""
        raise QueryFailed("SYNTAX_ERROR", f"mismatched input '{found}'{hint}", at)

    @staticmethod
    def _shown(found: re.Match[str]) -> str:
        return found["text"] or found["name"] or found["word"] or found["sign"] or ""

    def name(self) -> str:
        """A name, lower case, in backticks, double quotes or bare."""
        found = self._next()
        text = found["text"] or ""
        name = found["name"] or found["word"] or (text[1:-1] if text[:1] == '"' else "")
        if not name:
            self.fail("a name")
        self.offset = found.end()
        return name.lower()

    def table(self, database: str) -> tuple[str, str]:
        """Database and table of a name that may stand alone."""
        # Hive's names hold no dot: `db.t` is what SHOW CREATE TABLE answers.
        parts = self.name().split(".")
        while self.accept("."):
            parts.append(self.name())
        if len(parts) == 3 and parts[0] != CATALOG:
            raise QueryFailed("CATALOG_NOT_FOUND", f"Catalog '{parts[0]}' does not exist")
        if len(parts) > 3:
            self.fail("a name of at most three parts")
        return (parts[-2] if len(parts) > 1 else database.lower()), parts[-1]

    def text(self) -> str:
        """A quoted text, its escapes undone."""
        found = self._next()
        if not found["text"]:
            self.fail("a quoted text")
        self.offset = found.end()
        return _ESCAPE.sub(_unescaped, found["text"][1:-1].replace("''", "'"))

    def value(self) -> str:
        """A quoted text, a number, or a bare word as in ``dt = 2020``."""
        if self._next()["text"]:
            return self.text()
        sign = "-" if self.accept("-") else ""
        found = self._next()
        if not found["word"]:
            self.fail("a value")
        self.offset = found.end()
        fraction = ""
        if self.accept("."):
            fraction = f".{self.name()}"
        return f"{sign}{found['word']}{fraction}"

    def properties(self) -> dict[str, str]:
        """``('a' = 'b', …)``."""
        self.expect("(")
        pairs = {}
        while True:
            name = self.text()
            self.expect("=")
            pairs[name] = self.text()
            if not self.accept(","):
                break
        self.expect(")")
        return pairs

    def hive_type(self) -> str:
        """A type up to the comma, bracket or word that ends it."""
        parts: list[str] = []
        depth = 0
        while True:
            found = self._next()
            sign = found["sign"]
            ends = found["end"] is not None or found["text"] or sign in (";", "=")
            if ends or (not depth and sign in (",", ")")):
                break
            if not depth and parts and found["word"] and parts[-1] not in "<(,:":
                break
            depth += (sign in ("<", "(")) - (sign in (">", ")"))
            parts.append(self._shown(found).lower())
            self.offset = found.end()
        if not parts:
            self.fail("a type")
        return "".join(parts)

    def end(self) -> None:
        """Nothing more may come than a semicolon."""
        self.accept(";")
        if self._next()["end"] is None:
            self.fail("the end of the statement")


def _unescaped(found: re.Match[str]) -> str:
    inside = found[1]
    if inside[0] == "u" and len(inside) == 5:
        return chr(int(inside[1:], 16))
    if len(inside) == 3:
        return chr(int(inside, 8))
    return _LETTERS.get(inside, inside)
