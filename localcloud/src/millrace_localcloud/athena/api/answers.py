"""How a request is answered, and how one that is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.athena.responses import AthenaResponse

from millrace_localcloud.athena.backend import AthenaBackend
from millrace_localcloud.athena.refusals import RequestRefused

Answer = str | tuple[str, dict[str, int]]


def refusals(answer: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """Answer with the API's exception where the request is refused."""

    @wraps(answer)
    def answered(self: Any) -> Answer:
        try:
            return answer(self)
        except RequestRefused as refused:
            body = {
                "__type": refused.code,
                "Message": str(refused),
                "message": str(refused),
                "AthenaErrorCode": "INVALID_INPUT",
            }
            return json.dumps(body), {"status": 400}

    return answered


class Answers(AthenaResponse):
    """What the groups of operations share."""

    @property
    def athena_backend(self) -> AthenaBackend:
        found: AthenaBackend = super().athena_backend
        # Whoever makes a workgroup is about to ask something.
        found.runner.warm_up()
        return found

    def _page(self, values: list[Any], most: int) -> tuple[list[Any], dict[str, str]]:
        size, start = self._limits(most)
        end = start + size
        return values[start:end], ({"NextToken": str(end)} if end < len(values) else {})

    def _limits(self, most: int) -> tuple[int, int]:
        size = int(self._get_param("MaxResults") or most)
        token = self._get_param("NextToken") or "0"
        if not 1 <= size <= most or not token.isdigit():
            raise RequestRefused(
                f"MaxResults must be between 1 and {most}, NextToken as it was given"
            )
        return size, int(token)
