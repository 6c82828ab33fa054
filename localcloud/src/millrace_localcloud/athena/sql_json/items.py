"""JSON texts as items and back. What Trino's releases write differently is refused."""

from __future__ import annotations

import json
from typing import Any

from millrace_localcloud.athena.functions.failures import FunctionFailed


class JsonFault(Exception):
    """An error that ON ERROR handles; its code is what ERROR ON ERROR ends the query with."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Fraction(float):
    """A number with a fraction or an exponent, and how it was written."""

    text: str

    def __new__(cls, text: str) -> Fraction:
        made = super().__new__(cls, text)
        made.text = text
        return made


ENCODINGS = {"UTF8": "utf-8", "UTF16": "utf-16-le", "UTF32": "utf-32-le"}


def refused(what: str) -> FunctionFailed:
    """The query ends: nothing here knows Trino's answer."""
    return FunctionFailed("NOT_SUPPORTED", f"the local cloud does not support {what}")


def read(text: str | bytes, encoding: str = "UTF8") -> Any:
    """A text's only item.

    Raises:
        JsonFault: It is no JSON.
    """
    try:
        known = text.decode(ENCODINGS[encoding]) if isinstance(text, bytes) else text
        return json.loads(
            known, parse_float=Fraction, parse_constant=_constant, object_pairs_hook=_object
        )
    except ValueError as error:
        fault = f"conversion to JSON failed: {error}"
        raise JsonFault("JSON_INPUT_CONVERSION_ERROR", fault) from error


def _constant(word: str) -> Any:
    raise ValueError(word)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise refused("a JSON object that has a key twice")
    return dict(pairs)


def write(item: Any) -> str:
    """The item's text, without blanks."""
    if isinstance(item, dict):
        return "{" + ",".join(f"{write(key)}:{write(held)}" for key, held in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ",".join(map(write, item)) + "]"
    if isinstance(item, Fraction):
        # Whether Trino keeps the number's text or its value is open: both must be the same.
        if repr(float(item)) != item.text:
            raise refused(f"writing the JSON number {item.text}")
        return item.text
    return json.dumps(item, ensure_ascii=False)
