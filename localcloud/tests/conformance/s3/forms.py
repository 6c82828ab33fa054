"""Forms as a browser posts them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping


def as_form(fields: Mapping[str, str], content: bytes) -> tuple[bytes, dict[str, str]]:
    """A form with a file, and the headers that go with it."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    about = 'Content-Disposition: form-data; name="file"; filename="f"'
    file = f"--{boundary}\r\n{about}\r\n\r\n".encode()
    body = b"".join([*parts, file, content, f"\r\n--{boundary}--\r\n".encode()])
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
