"""What a person's data becomes before it is written anywhere, as Spark SQL."""

from __future__ import annotations

from hashlib import sha256

from millrace_contracts.dataset import Column
from millrace_etl.columns.rules import WITHHELD, text_name
from millrace_etl.columns.sql import quoted_name, quoted_text

REDACTED = "[redacted]"
_IV_BYTES = 12
"""Length of AES-GCM's initialization vector (NIST SP 800-38D, 5.2.1.1)."""


def needs_salt(columns: tuple[Column, ...]) -> bool:
    """Whether a column's values depend on the secret."""
    return any(column.pii in ("hash", "tokenise") for column in columns)


def written_sql(column: Column, salt: str) -> str:
    """SQL of the value that is written for a column; null stays null.

    A token is the value under AES-GCM with a key made of the secret. Its initialization vector is a
    salted digest of the value, so that equal values have equal tokens and can be joined, and
    different values never share one.

    Args:
        column: The declared column.
        salt: The secret.
    """
    value = quoted_name(column.name)
    if column.pii is None:
        return value
    if column.pii == "redact":
        return f"CASE WHEN {value} IS NOT NULL THEN {quoted_text(REDACTED)} END"
    salted = f"concat({quoted_text(f'{salt}:{column.pii}:')}, {value})"
    if column.pii == "hash":
        return f"sha2({salted}, 256)"
    key = quoted_text(token_key(salt).hex())
    vector = f"substring(unhex(sha2({salted}, 256)), 1, {_IV_BYTES})"
    return (
        f"base64(aes_encrypt(encode({value}, 'UTF-8'), unhex({key}), 'GCM', 'DEFAULT', {vector}))"
    )


def token_key(salt: str) -> bytes:
    """The AES-256 key of tokens: ``aes_decrypt(unbase64(token), key, 'GCM')`` turns one back."""
    return sha256(f"{salt}:token key".encode()).digest()


def withheld_row_sql(columns: tuple[Column, ...]) -> str:
    """A row as quarantine keeps it: as it was read, unless it holds a person's data.

    Then it is its values with the person's withheld. A row that could not be told apart into values
    is withheld as a whole; the landed file still has it.
    """
    if all(column.pii is None for column in columns):
        return "_raw"
    values = ", ".join(
        f"{quoted_text(WITHHELD) if column.pii else quoted_name(text_name(column.name))} "
        f"AS {quoted_name(column.name)}"
        for column in columns
    )
    as_json = f"to_json(struct({values}), map('ignoreNullFields', 'false'))"
    return f"CASE WHEN _structure IS NULL THEN {as_json} ELSE {quoted_text(WITHHELD)} END"
