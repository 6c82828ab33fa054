"""A secret's fields, which no log, error or record can show by accident."""

from __future__ import annotations

import json
from collections.abc import Mapping

from millrace_ingest.errors import SecretMalformed


class Secret:
    """Texts by name, as ``user`` and ``password``; its own text shows only the secret's name."""

    __slots__ = ("_fields", "_name")

    def __init__(self, name: str, fields: Mapping[str, str]) -> None:
        self._name = name
        self._fields = dict(fields)

    @classmethod
    def parse(cls, name: str, text: str) -> Secret:
        """Read a JSON object of texts. Raises SecretMalformed, without a word of its content."""
        try:
            fields = json.loads(text)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            # Not inside the except: a decoder's error quotes what it could not read.
            raise SecretMalformed(f"secret {name}: not a JSON object")
        return cls(name, {key: str(value) for key, value in fields.items() if value is not None})

    def get(self, field: str) -> str | None:
        """One field's text; None when the secret has no such field."""
        return self._fields.get(field)

    def need(self, field: str) -> str:
        """One field's text. Raises SecretMalformed."""
        text = self._fields.get(field)
        if text is None:
            raise SecretMalformed(f"secret {self._name}: it has no field {field!r}")
        return text

    def address(self, url: str) -> str:
        """A URL with ``{host}`` and ``{port}`` as the secret tells them. Raises SecretMalformed."""
        for field in ("host", "port"):
            if f"{{{field}}}" in url:
                url = url.replace(f"{{{field}}}", self.need(field))
        return url

    def __repr__(self) -> str:
        return f"Secret({self._name!r})"


NO_SECRET = Secret("", {})
"""What a source without a secret is opened with."""
