"""JSONata by jsonata-python, with the functions that Step Functions adds to the language.

Source: Step Functions Developer Guide, "Transforming data with JSONata", JSONata functions
provided by Step Functions.
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from importlib import import_module
from typing import Any

from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

from millrace_localcloud.seams import replace_attribute

_PARSER = "moto.stepfunctions.parser.asl"
_ENCODERS = (
    f"{_PARSER}.jsonata.jsonata",
    f"{_PARSER}.eval.states",
    f"{_PARSER}.eval.variable_store",
)
_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def install() -> None:
    """Put the engine where moto has none. It is imported at the first expression."""
    replace_attribute(moto_jsonata, "_eval_jsonata", evaluate)
    for module in _ENCODERS:
        replace_attribute(
            import_module(module), "encode_jsonata_variable_declarations", declare_variables
        )
    string_expressions = import_module(f"{_PARSER}.component.common.string.string_expression")
    replace_attribute(
        string_expressions, "get_intrinsic_functions_declarations", lambda variable_references: ""
    )


def evaluate(expression: str) -> Any:
    """The value of an expression as plain JSON.

    Raises:
        JSONataException: It cannot be parsed or evaluated.
    """
    from jsonata import Jsonata

    try:
        program = Jsonata(expression)
        for name, function in _FUNCTIONS.items():
            program.register_lambda(name, function)
        return _plain(program.evaluate(None))
    except Exception as exc:
        raise moto_jsonata.JSONataException("UNKNOWN", str(exc)) from exc


def declare_variables(bindings: dict[str, Any]) -> str:
    """Assignments that precede an expression; JSON literals are JSONata literals."""
    return "".join(f"{name}:={json.dumps(value)};" for name, value in bindings.items())


def _plain(value: Any) -> Any:
    """Without the engine's list and sequence classes, which cannot be copied."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _partition(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + int(size)] for start in range(0, len(items), int(size))]


def _range(first: int, last: int, step: int) -> list[int]:
    if step == 0:
        raise ValueError("$range: the step must not be 0")
    return list(range(int(first), int(last) + (1 if step > 0 else -1), int(step)))


def _hash(text: str, algorithm: str = "SHA-256") -> str:
    if algorithm not in _HASHES:
        raise ValueError(f"$hash: {algorithm!r} is not one of {', '.join(_HASHES)}")
    return hashlib.new(_HASHES[algorithm], text.encode()).hexdigest()


def _random(seed: float | None = None) -> float:
    # Not for secrets: the language's $random is a plain generator too.
    return random.Random(seed).random()


_FUNCTIONS = {
    "uuid": lambda: str(uuid.uuid4()),
    "parse": lambda text: json.loads(text),
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
}
