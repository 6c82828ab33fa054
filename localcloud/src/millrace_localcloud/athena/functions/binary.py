"""Binary values (Trino documentation, "Binary functions and operators")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import zlib
from collections.abc import Callable

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare


def to_base64url(value: bytes) -> str:
    """Base 64 with the alphabet for URLs."""
    return base64.urlsafe_b64encode(value).decode()


def from_base64url(text: str) -> bytes:
    """The value of base 64 with the alphabet for URLs."""
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise invalid_argument(str(error)) from error


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
    ("from_base64url(varchar) -> varbinary", from_base64url),
    ("crc32(varbinary) -> bigint", crc32),
    ("sha512(varbinary) -> varbinary", sha512),
    ("from_utf8(varbinary) -> varchar", from_utf8),
    ("from_utf8(varbinary, varchar) -> varchar", from_utf8_with),
    ("to_big_endian_32(integer) -> varbinary", _big_endian(4)[0]),
    ("from_big_endian_32(varbinary) -> integer", _big_endian(4)[1]),
    ("to_big_endian_64(bigint) -> varbinary", _big_endian(8)[0]),
    ("from_big_endian_64(varbinary) -> bigint", _big_endian(8)[1]),
    ("hmac_md5(varbinary, varbinary) -> varbinary", _hmac("md5")),
    ("hmac_sha1(varbinary, varbinary) -> varbinary", _hmac("sha1")),
    ("hmac_sha256(varbinary, varbinary) -> varbinary", _hmac("sha256")),
    ("hmac_sha512(varbinary, varbinary) -> varbinary", _hmac("sha512")),
):
    declare(signature, meaning)
