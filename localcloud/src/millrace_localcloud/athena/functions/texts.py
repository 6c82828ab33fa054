"""More of text (Trino documentation, "String functions and operators", "Conversion functions")."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.java.formatter import java_format
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, coerce
from millrace_localcloud.athena.types import INTEGERS, VARCHAR


def hamming_distance(first: str, second: str) -> int:
    """Places at which two texts of one length differ."""
    if len(first) != len(second):
        raise invalid_argument("The input strings to hamming_distance must have the same length")
    return sum(a != b for a, b in zip(first, second, strict=True))


def luhn_check(text: str) -> bool:
    """Whether the last digit is Luhn's check digit of the others."""
    if not text.isascii() or not text.isdigit():
        raise invalid_argument(f"Input: {text} should only contain digits")
    digits = [int(one) for one in reversed(text)]
    doubled = [sum(divmod(one * 2, 10)) for one in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


_SOUNDS = {
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    **dict.fromkeys("DT", "3"),
    "L": "4",
    **dict.fromkeys("MN", "5"),
    "R": "6",
}


def soundex(text: str) -> str:
    """American Soundex of the letters."""
    letters = [one for one in text.upper() if one.isalpha()]
    if not all(one.isascii() for one in letters):
        raise invalid_argument(f"The character is not mapped: {text}")
    if not letters:
        return ""
    code, last = letters[0], _SOUNDS.get(letters[0], "")
    for letter in letters[1:]:
        sound = _SOUNDS.get(letter, "")
        if sound and sound != last:
            code += sound
        if letter not in "HW":
            last = sound
    return code[:4].ljust(4, "0")


for signature, meaning in (
    ("hamming_distance(varchar, varchar) -> bigint", hamming_distance),
    ("luhn_check(varchar) -> boolean", luhn_check),
    ("soundex(varchar) -> varchar", soundex),
):
    declare(signature, meaning)


@special("concat_ws")
def concat_ws(node: exp.Anonymous, place: Place) -> Typed:
    """Texts, or an array of them, joined; NULLs are left out."""
    values = [place.typed(one) for one in node.expressions]
    if len(values) == 2 and values[1].kind.base == "array":
        held = values[1].sql
    elif len(values) > 1 and all(one.kind.base in ("varchar", "unknown") for one in values[1:]):
        held = f"[{', '.join(coerce(one, VARCHAR).sql for one in values[1:])}]"
    else:
        text = "Unexpected parameters for function concat_ws"
        place.translation.fail("FUNCTION_NOT_FOUND", text, node)
    separator = coerce(values[0], VARCHAR).sql
    joined = f"coalesce(array_to_string({held}, {separator}), '')"
    return Typed(f"CASE WHEN {separator} IS NULL THEN NULL ELSE {joined} END", VARCHAR)


@special("format")
def format_text(node: exp.Anonymous, place: Place) -> Typed:
    """Java's ``String.format`` of texts, numbers, booleans and dates."""
    values = [place.typed(one) for one in node.expressions]
    if len(values) < 2:
        text = "Unexpected parameters for function format"
        place.translation.fail("INVALID_FUNCTION_ARGUMENT", text, node)
    _check_formatted(values[1:], node, place)
    return place.call(java_format, values, VARCHAR, sees_nulls=True)


def _check_formatted(values: Sequence[Typed], node: exp.Expression, place: Place) -> None:
    known = (*INTEGERS, "decimal", "double", "varchar", "boolean", "date", "unknown")
    for value in values:
        if value.kind.base not in known:
            place.translation.refuse(f"format of a value of type {value.kind}", node)
