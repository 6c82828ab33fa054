"""Pages of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from moto.glue.exceptions import GlueClientError

Item = TypeVar("Item")


def page(
    items: Sequence[Item], token: Any, max_results: Any, *, most: int
) -> tuple[Sequence[Item], str | None]:
    """One page and the token of the next.

    Args:
        items: The whole list, in a stable order.
        token: NextToken of the page before; None for the first page.
        max_results: Items the caller wants at most.
        most: Items the service answers at most.

    Raises:
        GlueClientError: InvalidInputException, for a token that this list never gave.
    """
    try:
        begin = int(token) if token else 0
    except ValueError:
        raise GlueClientError("InvalidInputException", f"Invalid token: {token}") from None
    end = begin + min(int(max_results or most), most)
    return items[begin:end], str(end) if end < len(items) else None
