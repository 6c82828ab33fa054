"""Text (Trino documentation, "String", "Regular expression" and "Binary functions")."""

from __future__ import annotations

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.java import patterns

_SPACES = "".join(
    chr(code)
    for first, last in (
        *((0x09, 0x0D), (0x1C, 0x20), (0x1680, 0x1680), (0x2000, 0x2006), (0x2008, 0x200A)),
        *((0x2028, 0x2029), (0x205F, 0x205F), (0x3000, 0x3000)),
    )
    for code in range(first, last + 1)
)
"""Java's ``Character.isWhitespace``: the spaces of Unicode but those that do not break."""


def upper(text: str) -> str:
    """Upper case letter by letter, as Java's ``Character.toUpperCase``: the sharp s stays."""
    if text.isascii():
        return text.upper()
    return "".join(one.upper() if len(one.upper()) == 1 else one for one in text)


def lower(text: str) -> str:
    """Lower case letter by letter."""
    return text.lower() if text.isascii() else "".join(one.lower()[0] for one in text)


def substr(text: str, start: int, *length: int) -> str:
    """1-based, negative from the end; 0 and what is out of range give the empty text."""
    if start == 0 or abs(start) > len(text) or (length and length[0] <= 0):
        return ""
    first = start - 1 if start > 0 else len(text) + start
    return text[first:] if not length else text[first : first + length[0]]


def substr_from(text: str, start: int) -> str:
    """``substr(text, start)``."""
    return substr(text, start)


def substr_of(text: str, start: int, length: int) -> str:
    """``substr(text, start, length)``."""
    return substr(text, start, length)


def split_part(text: str, delimiter: str, index: int) -> str | None:
    """Field ``index`` from 1; NULL beyond the last."""
    if index < 1:
        raise invalid_argument("Index must be greater than zero")
    if not delimiter:
        return text[index - 1] if index <= len(text) else None
    parts = text.split(delimiter)
    return parts[index - 1] if index <= len(parts) else None


def split(text: str, delimiter: str) -> list[str]:
    """All fields."""
    if not delimiter:
        raise invalid_argument("The delimiter may not be the empty string")
    return text.split(delimiter)


def split_limit(text: str, delimiter: str, limit: int) -> list[str]:
    """At most ``limit`` fields, the last with the rest."""
    if limit <= 0 or not delimiter:
        raise invalid_argument("Limit must be positive")
    return text.split(delimiter, limit - 1)


def lpad(text: str, size: int, fill: str) -> str:
    """Pad or cut to ``size`` on the left."""
    return _padding(text, size, fill) + text[:size]


def rpad(text: str, size: int, fill: str) -> str:
    """Pad or cut to ``size`` on the right."""
    return text[:size] + _padding(text, size, fill)


def _padding(text: str, size: int, fill: str) -> str:
    if size < 0 or not fill:
        raise invalid_argument("Padding string must not be empty")
    missing = max(0, size - len(text))
    return (fill * missing)[:missing]


def strpos_nth(text: str, part: str, instance: int) -> int:
    """Position of the n-th occurrence, from the end when negative; 0 without one."""
    if instance == 0:
        raise invalid_argument("'instance' must not be a positive or negative number.")
    found, start = [], text.find(part)
    while start >= 0 and part:
        found.append(start + 1)
        start = text.find(part, start + 1)
    index = instance - 1 if instance > 0 else len(found) + instance
    return found[index] if 0 <= index < len(found) else 0


def codepoint(text: str) -> int:
    """The only character's code point."""
    if len(text) != 1:
        raise invalid_argument("Input string must be a single character string")
    return ord(text)


def character(code: int) -> str:
    """The character of a code point."""
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise invalid_argument(f"Not a valid Unicode code point: {code}")
    return chr(code)


for signature, meaning in (
    ("length(varchar) -> bigint", "length({0})"),
    ("length(varbinary) -> bigint", "octet_length({0})"),
    ("upper(varchar) -> varchar", upper),
    ("lower(varchar) -> varchar", lower),
    ("trim(varchar) -> varchar", f"trim({{0}}, '{_SPACES}')"),
    ("ltrim(varchar) -> varchar", f"ltrim({{0}}, '{_SPACES}')"),
    ("rtrim(varchar) -> varchar", f"rtrim({{0}}, '{_SPACES}')"),
    ("trim(varchar, varchar) -> varchar", "trim({0}, {1})"),
    ("ltrim(varchar, varchar) -> varchar", "ltrim({0}, {1})"),
    ("rtrim(varchar, varchar) -> varchar", "rtrim({0}, {1})"),
    ("reverse(varchar) -> varchar", "reverse({0})"),
    ("replace(varchar, varchar) -> varchar", "replace({0}, {1}, '')"),
    ("strpos(varchar, varchar) -> bigint", "strpos({0}, {1})"),
    ("strpos(varchar, varchar, bigint) -> bigint", strpos_nth),
    ("starts_with(varchar, varchar) -> boolean", "starts_with({0}, {1})"),
    ("substr(varchar, bigint) -> varchar", substr_from),
    ("substr(varchar, bigint, bigint) -> varchar", substr_of),
    ("substring(varchar, bigint) -> varchar", substr_from),
    ("substring(varchar, bigint, bigint) -> varchar", substr_of),
    ("split_part(varchar, varchar, bigint) -> varchar", split_part),
    ("split(varchar, varchar) -> array(varchar)", split),
    ("split(varchar, varchar, bigint) -> array(varchar)", split_limit),
    ("lpad(varchar, bigint, varchar) -> varchar", lpad),
    ("rpad(varchar, bigint, varchar) -> varchar", rpad),
    ("codepoint(varchar) -> integer", codepoint),
    ("chr(bigint) -> varchar", character),
    ("levenshtein_distance(varchar, varchar) -> bigint", "levenshtein({0}, {1})"),
    ("translate(varchar, varchar, varchar) -> varchar", "translate({0}, {1}, {2})"),
    ("to_hex(varbinary) -> varchar", "hex({0})"),
    ("to_utf8(varchar) -> varbinary", "encode({0})"),
    ("to_base64(varbinary) -> varchar", "to_base64({0})"),
    ("md5(varbinary) -> varbinary", "from_hex(md5({0}))"),
    ("sha1(varbinary) -> varbinary", "from_hex(sha1({0}))"),
    ("sha256(varbinary) -> varbinary", "from_hex(sha256({0}))"),
    ("regexp_like(varchar, varchar) -> boolean", patterns.regexp_like),
    ("regexp_extract(varchar, varchar) -> varchar", patterns.regexp_extract),
    ("regexp_extract(varchar, varchar, bigint) -> varchar", patterns.regexp_extract_group),
    ("regexp_extract_all(varchar, varchar) -> array(varchar)", patterns.regexp_extract_all),
    (
        "regexp_extract_all(varchar, varchar, bigint) -> array(varchar)",
        patterns.regexp_extract_all_groups,
    ),
    ("regexp_position(varchar, varchar) -> integer", patterns.regexp_position),
    ("regexp_position(varchar, varchar, bigint) -> integer", patterns.regexp_position_from),
    ("regexp_position(varchar, varchar, bigint, bigint) -> integer", patterns.regexp_position_of),
    ("ends_with(varchar, varchar) -> boolean", "ends_with({0}, {1})"),
    ("regexp_replace(varchar, varchar) -> varchar", patterns.regexp_remove),
    ("regexp_replace(varchar, varchar, varchar) -> varchar", patterns.regexp_replace),
    ("regexp_split(varchar, varchar) -> array(varchar)", patterns.regexp_split),
    ("regexp_count(varchar, varchar) -> bigint", patterns.regexp_count),
):
    declare(signature, meaning)
declare(
    "replace(varchar, varchar, varchar) -> varchar",
    # Where the text to look for is empty, Trino finds one before and after each character.
    "CASE WHEN {1} = '' THEN regexp_replace({0}, '', replace({2}, '\\', '\\\\'), 'g') "
    "ELSE replace({0}, {1}, {2}) END",
)
