"""JSON (Trino documentation, "JSON functions and operators": the functions on JSON values)."""

from __future__ import annotations

from millrace_localcloud.athena.functions.registry import declare
from millrace_localcloud.athena.java import json_text

for signature, meaning in (
    ("json_parse(varchar) -> json", json_text.json_parse),
    ("json_format(json) -> varchar", "{0}"),
    ("json_array_length(json) -> bigint", json_text.json_array_length),
    ("json_array_length(varchar) -> bigint", json_text.json_array_length),
    ("json_extract(json, varchar) -> json", json_text.json_extract),
    ("json_extract(varchar, varchar) -> json", json_text.json_extract),
    ("json_extract_scalar(json, varchar) -> varchar", json_text.json_extract_scalar),
    ("json_extract_scalar(varchar, varchar) -> varchar", json_text.json_extract_scalar),
    ("json_size(json, varchar) -> bigint", json_text.json_size),
    ("json_size(varchar, varchar) -> bigint", json_text.json_size),
    ("json_array_get(json, bigint) -> json", json_text.json_array_get),
    ("json_array_get(varchar, bigint) -> json", json_text.json_array_get),
    ("json_array_contains(json, bigint) -> boolean", json_text.json_array_contains),
    ("json_array_contains(json, double) -> boolean", json_text.json_array_contains),
    ("json_array_contains(json, varchar) -> boolean", json_text.json_array_contains),
    ("json_array_contains(json, boolean) -> boolean", json_text.json_array_contains),
    ("json_array_contains(varchar, bigint) -> boolean", json_text.json_array_contains),
    ("json_array_contains(varchar, double) -> boolean", json_text.json_array_contains),
    ("json_array_contains(varchar, varchar) -> boolean", json_text.json_array_contains),
    ("json_array_contains(varchar, boolean) -> boolean", json_text.json_array_contains),
    ("is_json_scalar(json) -> boolean", json_text.is_json_scalar),
    ("is_json_scalar(varchar) -> boolean", json_text.is_json_scalar),
):
    declare(signature, meaning)
