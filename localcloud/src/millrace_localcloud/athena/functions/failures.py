"""How a Python function that DuckDB calls ends the query."""

from __future__ import annotations


class FunctionFailed(Exception):
    """Ends the query with a Trino error code; inside ``TRY`` the value is NULL."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"[{code}] {text}")


def invalid_argument(text: str) -> FunctionFailed:
    """INVALID_FUNCTION_ARGUMENT."""
    return FunctionFailed("INVALID_FUNCTION_ARGUMENT", text)
