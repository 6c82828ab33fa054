"""JSON path expressions, parsed (Trino documentation, "JSON path language").

A path is a tuple: what it is, and its parts.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed

Node = tuple[Any, ...]
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<variable>\$[A-Za-z_]\w*)|(?P<name>[A-Za-z_]\w*)
    |(?P<sign>\.\.|==|<>|!=|<=|>=|&&|\|\||[$@.*\[\](),?!<>+\-/%]))""",
    re.VERBOSE,
)
_COMPARISONS = ("==", "<>", "!=", "<", ">", "<=", ">=")
_METHODS = ("type", "size", "abs", "ceiling", "floor", "keyvalue")


class InvalidPath(ValueError):
    """The text is no JSON path."""


@lru_cache(maxsize=256)
def parsed(text: str) -> tuple[bool, Node]:
    """Whether the path is strict, and the path.

    Raises:
        InvalidPath: It is none.
        FunctionFailed: It uses what is not done here.
    """
    tokens, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if not found:
            raise InvalidPath(f"unexpected character at {at}")
        tokens.append((str(found.lastgroup), found[0].strip()))
        at = found.end()
    if not tokens or tokens[0][1] not in ("lax", "strict"):
        raise InvalidPath("a path begins with lax or strict")
    reader = _Reader(tokens[1:])
    path = reader.sum()
    if reader.tokens:
        raise InvalidPath(f"unexpected {reader.tokens[0][1]}")
    return tokens[0][1] == "strict", path


class _Reader:
    """Reads tokens from the left, one method for each level of precedence."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def next(self, *words: str) -> str:
        if self.tokens and self.tokens[0][0] != "text" and self.tokens[0][1] in words:
            return self.tokens.pop(0)[1]
        return ""

    def need(self, word: str) -> None:
        if not self.next(word):
            raise InvalidPath(f"{word} is missing")

    def sum(self) -> Node:
        left = self.product()
        while sign := self.next("+", "-"):
            left = ("binary", sign, left, self.product())
        return left

    def product(self) -> Node:
        left = self.unary()
        while sign := self.next("*", "/", "%"):
            left = ("binary", sign, left, self.unary())
        return left

    def unary(self) -> Node:
        sign = self.next("+", "-")
        return ("unary", sign, self.unary()) if sign else self.accessed()

    def accessed(self) -> Node:
        node = self.primary()
        while True:
            if self.next(".."):
                node = ("descendants", node, self.key())
            elif self.next("."):
                node = self.member(node)
            elif self.next("["):
                node = ("elements", node, self.subscripts())
            elif self.next("?"):
                self.need("(")
                node = ("filter", node, self.either())
                self.need(")")
            else:
                return node

    def key(self) -> str:
        if self.tokens and self.tokens[0][0] in ("name", "text"):
            kind, text = self.tokens.pop(0)
            return text if kind == "name" else json.loads(text)
        raise InvalidPath("a key is missing")

    def member(self, node: Node) -> Node:
        if self.next("*"):
            return ("members", node)
        is_name = bool(self.tokens) and self.tokens[0][0] == "name"
        key = self.key()
        if not is_name or not self.next("("):
            return ("member", node, key)
        if key not in _METHODS:
            text = f"the local cloud does not support {key}() in a JSON path"
            raise FunctionFailed("NOT_SUPPORTED", text)
        self.need(")")
        return ("method", node, key)

    def subscripts(self) -> tuple[tuple[Node, Node | None], ...] | None:
        if self.next("*"):
            self.need("]")
            return None
        found: list[tuple[Node, Node | None]] = []
        while not found or self.next(","):
            first = self.sum()
            found.append((first, self.sum() if self.next("to") else None))
        self.need("]")
        return tuple(found)

    def primary(self) -> Node:
        if self.next("("):
            inner = self.sum()
            self.need(")")
            return inner
        if not self.tokens:
            raise InvalidPath("the path ends too early")
        kind, text = self.tokens.pop(0)
        if kind == "variable":
            return ("variable", text[1:])
        if kind == "number":
            return ("literal", json.loads(text))
        if kind == "text":
            return ("literal", json.loads(text))
        words = {"$": ("context",), "@": ("current",), "last": ("last",)}
        constants = {"true": True, "false": False, "null": None}
        if text in constants:
            return ("literal", constants[text])
        if text not in words:
            raise InvalidPath(f"unexpected {text}")
        return words[text]

    def either(self) -> Node:
        left = self.both()
        while self.next("||"):
            left = ("or", left, self.both())
        return left

    def both(self) -> Node:
        left = self.predicate()
        while self.next("&&"):
            left = ("and", left, self.predicate())
        return left

    def predicate(self) -> Node:
        if self.next("!"):
            return ("not", self.predicate())
        if self.next("exists"):
            self.need("(")
            inner = self.sum()
            self.need(")")
            return ("exists", inner)
        kept = list(self.tokens)
        if self.next("("):
            try:
                inner = self.either()
                self.need(")")
            except InvalidPath:
                self.tokens = kept  # The bracket was of a path and not of a predicate.
            else:
                if self.next("is"):
                    self.need("unknown")
                    return ("unknown", inner)
                return inner
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        if self.next("starts"):
            self.need("with")
            return ("starts", left, self.primary())
        if self.next("like_regex"):
            text = "the local cloud does not support like_regex in a JSON path"
            raise FunctionFailed("NOT_SUPPORTED", text)
        sign = self.next(*_COMPARISONS)
        if not sign:
            raise InvalidPath("a comparison is missing")
        return ("compare", "!=" if sign == "<>" else sign, left, self.sum())
