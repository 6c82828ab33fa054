"""Texts whose functions have a grammar of their own: ``overlay``, ``normalize``, ``title_case``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from sqlglot import exp

from millrace_localcloud.athena.functions.calls import scalar
from millrace_localcloud.athena.functions.failures import FunctionFailed, invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.functions.special_forms import special
from millrace_localcloud.athena.literals import string
from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place, handles

_Form = Literal["NFD", "NFC", "NFKD", "NFKC"]
_FORMS: tuple[_Form, ...] = ("NFD", "NFC", "NFKD", "NFKC")


def _refused(what: str) -> FunctionFailed:
    return FunctionFailed("NOT_SUPPORTED", f"the local cloud does not support {what}")


def overlay(text: str, replacement: str, start: int) -> str:
    """As many letters as the replacement has are replaced."""
    return overlay_of(text, replacement, start, len(replacement))


def overlay_of(text: str, replacement: str, start: int, length: int) -> str:
    """``length`` letters from ``start`` on are replaced, none when it is not positive."""
    if start <= 0:
        raise invalid_argument("overlay start must be greater than 0")
    if start > len(text) + 1:
        raise _refused("overlay that starts beyond the text")
    return text[: start - 1] + replacement + text[start - 1 + max(length, 0) :]


def title_case(text: str) -> str:
    """Each word's first letter in upper case, all others in lower case."""
    words = re.split(r"([^\W_]+)", text)
    for word in words[1::2]:
        if not word.isascii() or (word[0].isdigit() and not word.isdigit()):
            raise _refused(f"title_case of the word {word}")
    return "".join(one.capitalize() if at % 2 else one for at, one in enumerate(words))


declare("local overlay(varchar, varchar, bigint) -> varchar", overlay)
declare("local overlay(varchar, varchar, bigint, bigint) -> varchar", overlay_of)
declare("title_case(varchar) -> varchar", title_case)


def _normal_form(form: _Form) -> Callable[[str], str]:
    def normalized(text: str) -> str:
        return unicodedata.normalize(form, text)

    return normalized


for _form in _FORMS:
    declare(f"local normalize {_form}(varchar) -> varchar", _normal_form(_form))


@handles(exp.Overlay)
def overlaid(node: exp.Overlay, place: Place) -> Typed:
    """``OVERLAY(a PLACING b FROM c [FOR d])``."""
    written = [node.args.get(name) for name in ("this", "expression", "from_", "for_")]
    values = [place.typed(one) for one in written if one is not None]
    return scalar("local overlay", values, node, place)


@special("normalize")
def normalize(node: exp.Anonymous, place: Place) -> Typed:
    """``normalize(x[, form])``; the form is a word and no text."""
    form = node.expressions[1].name.upper() if len(node.expressions) == 2 else "NFC"
    if form not in _FORMS or len(node.expressions) > 2:
        place.translation.fail("SYNTAX_ERROR", f"Invalid normalization form: {form}", node)
    return scalar(f"local normalize {form}", [place.typed(node.expressions[0])], node, place)


@handles(exp.UnicodeString)
def unicode_text(node: exp.UnicodeString, place: Place) -> Typed:
    r"""``U&'\2603'``, with the escape character of UESCAPE."""
    escape = node.args.get("escape")
    mark = re.escape(escape.name if escape else "\\")

    def letter(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if not code:
            return found[0][0]
        if int(code, 16) > 0x10FFFF or 0xD800 <= int(code, 16) <= 0xDFFF:
            place.translation.fail("INVALID_LITERAL", f"Invalid escaped character: {code}", node)
        return chr(int(code, 16))

    pattern = rf"{mark}(?:([0-9a-fA-F]{{4}})|\+([0-9a-fA-F]{{6}})|{mark})"
    text = str(node.this)
    if re.search(mark, re.sub(pattern, "", text)):
        place.translation.fail("INVALID_LITERAL", "Incomplete escape sequence", node)
    return string(re.sub(pattern, letter, text))
