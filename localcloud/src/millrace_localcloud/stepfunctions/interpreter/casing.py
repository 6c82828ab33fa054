"""Parameters in PascalCase for the API as it spells them, and answers back in PascalCase.

Source: Step Functions Developer Guide, "Passing parameters to a service API".
"""

from __future__ import annotations

from typing import Any

from millrace_localcloud.seams import replace_attribute
from millrace_localcloud.stepfunctions.actions import operation, service_model
from millrace_localcloud.stepfunctions.documents import as_document, to_epoch_ms


def install(service_class: Any) -> None:
    """Replace the two steps that moto leaves empty in ``StateTaskService``."""
    replace_attribute(service_class, "_normalise_parameters", _to_api)
    replace_attribute(service_class, "_normalise_response", _from_api)


def _to_api(
    task: Any,
    parameters: dict[str, Any],
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    model = _operation_model(task, boto_service_name, service_action_name)
    if model.input_shape is not None:
        task._to_boto_request(parameters, model.input_shape)


def _from_api(
    task: Any,
    response: Any,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    model = _operation_model(task, boto_service_name, service_action_name)
    if model.output_shape is None or not isinstance(response, dict):
        return
    task._from_boto_response(response, model.output_shape)
    plain = as_document(response, getattr(task, "moment_form", to_epoch_ms))
    response.clear()
    response.update(plain)


def _operation_model(task: Any, service: str | None, action: str | None) -> Any:
    name = task._get_boto_service_name(service)
    return service_model(name).operation_model(
        operation(name, task._get_boto_service_action(action))
    )
