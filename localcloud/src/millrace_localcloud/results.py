"""Answers of the cloud's own making, which moto serializes."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.serialize import DefaultAttributePicker


class ExactResult(ActionResult):
    """Its members have the API's own names: no other spelling of each is looked for in each."""

    def execute_result(self, context: Any) -> Any:
        serializer = context.serializer_class(
            operation_model=context.operation_model, value_picker=DefaultAttributePicker()
        )
        answer = serializer.serialize(self.result)
        return answer["status_code"], answer["headers"], answer["body"]
