"""Functions of Lambda made of a few lines of Python."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from typing import Any

from ..target import Target


def zip_of(source: str) -> bytes:
    """A zip file with ``source`` as the module ``app``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", source)
    return buffer.getvalue()


def make_function(aws: Target, source: str, **settings: Any) -> str:
    """Make a function of ``handler`` in ``source``, removed afterwards; answers its name."""
    client, name = aws.client("lambda"), f"function-{uuid.uuid4().hex[:12]}"
    client.create_function(
        **{
            "FunctionName": name,
            "Runtime": "python3.11",
            "Handler": "app.handler",
            "Role": aws.role,
            "Timeout": 30,
            "Code": {"ZipFile": zip_of(source)},
            **settings,
        }
    )
    aws.afterwards(client.delete_function, FunctionName=name)
    aws.until(lambda: settled(client, name))
    return name


def settled(client: Any, name: str) -> bool:
    """Whether a function may be invoked as it was last made."""
    found = client.get_function_configuration(FunctionName=name)
    return bool(found["State"] == "Active" and found["LastUpdateStatus"] == "Successful")


def result_of(client: Any, name: str, event: Any = None, **asked: Any) -> tuple[Any, Any]:
    """Invoke a function; answers Lambda's answer and the payload."""
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **asked)
    payload = answer["Payload"].read()
    return answer, json.loads(payload) if payload else None
