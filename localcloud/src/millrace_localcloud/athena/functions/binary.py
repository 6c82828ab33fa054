"""Binary values (Trino documentation, "Binary functions and operators")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
import zlib
from collections.abc import Callable

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare


def from_base64(text: str) -> bytes:
    """The value of base 64; as in Java the padding may be missing."""
    return _decoded(text, b"+/")


def _decoded(text: str, letters: bytes) -> bytes:
    padded = text if "=" in text else text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded, altchars=letters, validate=True)
    except (ValueError, binascii.Error) as error:
        raise invalid_argument(str(error)) from error


def to_base64url(value: bytes) -> str:
    """Base 64 with the alphabet for URLs."""
    return base64.urlsafe_b64encode(value).decode()


def from_base64url(text: str) -> bytes:
    """The value of base 64 with the alphabet for URLs."""
    return _decoded(text, b"-_")


def crc32(value: bytes) -> int:
    """CRC-32."""
    return zlib.crc32(value)


def sha512(value: bytes) -> bytes:
    """SHA-512."""
    return hashlib.sha512(value).digest()


def _big_endian(size: int) -> tuple[Callable[[int], bytes], Callable[[bytes], int]]:
    def write(value: int) -> bytes:
        return value.to_bytes(size, "big", signed=True)

    def read(value: bytes) -> int:
        if len(value) != size:
            raise invalid_argument(f"expected {size}-byte input, but got instead: {len(value)}")
        return int.from_bytes(value, "big", signed=True)

    return write, read


def _ieee754(code: str) -> tuple[Callable[[float], bytes], Callable[[bytes], float]]:
    size = struct.calcsize(code)

    def write(value: float) -> bytes:
        return struct.pack(code, value)

    def read(value: bytes) -> float:
        if len(value) != size:
            raise invalid_argument(f"Input floating-point value must be exactly {size} bytes long")
        found: float = struct.unpack(code, value)[0]
        return found

    return write, read


def from_hex(text: str) -> bytes:
    """The value of hexadecimal digits, two for each byte."""
    if len(text) % 2 or not re.fullmatch("[0-9a-fA-F]*", text):
        raise invalid_argument(f"invalid hex string: {text}")
    return bytes.fromhex(text)


def to_base32(value: bytes) -> str:
    """Base 32."""
    return base64.b32encode(value).decode()


def from_base32(text: str) -> bytes:
    """The value of base 32."""
    try:
        return base64.b32decode(text)
    except binascii.Error as error:
        raise invalid_argument(str(error)) from error


def _cut_from(value: bytes, start: int) -> bytes:
    return _cut(value, start, len(value))


def _cut(value: bytes, start: int, length: int) -> bytes:
    if start == 0 or abs(start) > len(value) or length <= 0:
        return b""
    first = start - 1 if start > 0 else len(value) + start
    return value[first : first + length]


def _padding(value: bytes, size: int, fill: bytes) -> bytes:
    if size < 0 or not fill:
        raise invalid_argument("Target length must not be negative, padding bytes not empty")
    missing = max(0, size - len(value))
    return (fill * missing)[:missing]


def _lpad(value: bytes, size: int, fill: bytes) -> bytes:
    return _padding(value, size, fill) + value[:size]


def _rpad(value: bytes, size: int, fill: bytes) -> bytes:
    return value[:size] + _padding(value, size, fill)


def _reverse(value: bytes) -> bytes:
    return value[::-1]


def _hmac(name: str) -> Callable[[bytes, bytes], bytes]:
    def keyed(value: bytes, key: bytes) -> bytes:
        return hmac.digest(key, value, name)

    return keyed


def from_utf8(value: bytes) -> str:
    """Text, what is no UTF-8 replaced."""
    return value.decode(errors="replace")


def from_utf8_with(value: bytes, replacement: str) -> str:
    """Text, what is no UTF-8 replaced by a character."""
    if len(replacement) > 1:
        raise invalid_argument("Replacement character string must empty or a single character")
    return value.decode(errors="replace").replace("\ufffd", replacement)


for signature, meaning in (
    ("to_base64url(varbinary) -> varchar", to_base64url),
    ("from_base64(varchar) -> varbinary", from_base64),
    ("from_base64url(varchar) -> varbinary", from_base64url),
    ("crc32(varbinary) -> bigint", crc32),
    ("sha512(varbinary) -> varbinary", sha512),
    ("from_utf8(varbinary) -> varchar", from_utf8),
    ("from_utf8(varbinary, varchar) -> varchar", from_utf8_with),
    ("to_big_endian_32(integer) -> varbinary", _big_endian(4)[0]),
    ("from_big_endian_32(varbinary) -> integer", _big_endian(4)[1]),
    ("to_big_endian_64(bigint) -> varbinary", _big_endian(8)[0]),
    ("from_big_endian_64(varbinary) -> bigint", _big_endian(8)[1]),
    ("to_ieee754_32(real) -> varbinary", _ieee754(">f")[0]),
    ("from_ieee754_32(varbinary) -> real", _ieee754(">f")[1]),
    ("to_ieee754_64(double) -> varbinary", _ieee754(">d")[0]),
    ("from_ieee754_64(varbinary) -> double", _ieee754(">d")[1]),
    ("from_hex(varchar) -> varbinary", from_hex),
    ("to_base32(varbinary) -> varchar", to_base32),
    ("from_base32(varchar) -> varbinary", from_base32),
    ("substr(varbinary, bigint) -> varbinary", _cut_from),
    ("substr(varbinary, bigint, bigint) -> varbinary", _cut),
    ("lpad(varbinary, bigint, varbinary) -> varbinary", _lpad),
    ("rpad(varbinary, bigint, varbinary) -> varbinary", _rpad),
    ("reverse(varbinary) -> varbinary", _reverse),
    ("hmac_md5(varbinary, varbinary) -> varbinary", _hmac("md5")),
    ("hmac_sha1(varbinary, varbinary) -> varbinary", _hmac("sha1")),
    ("hmac_sha256(varbinary, varbinary) -> varbinary", _hmac("sha256")),
    ("hmac_sha512(varbinary, varbinary) -> varbinary", _hmac("sha512")),
):
    declare(signature, meaning)
