"""The look at a request, where moto knows its operation and has done nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores, get_service_model

from millrace_localcloud.unapplied.refusals import Refusals, refusals


class NotApplied(ServiceException):
    """It would be answered with success and change nothing."""


def make_call_action(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``BaseResponse.call_action`` that refuses what would be taken and not applied."""
    tables = refusals()

    def call_action(self: Any) -> Any:
        table = tables.get(self.service_name)
        refused = _refused(self, table) if table else None
        if table is None or refused is None:
            return original(self)
        refusal = NotApplied(table.error, f"{refused} does not work in the local cloud")
        return self.serialized(ActionResult(refusal))

    return call_action


def _refused(response: Any, table: Refusals) -> str | None:
    operation = response._get_action()
    method = camelcase_to_underscores(operation or "")
    if operation in table.operations or not hasattr(type(response), method):
        return str(operation)
    asked = table.parameters.get(operation)
    if asked is None:
        return None
    given = _parameters(response, operation)
    found = [each.name for each in asked if each.is_refused(given.get(each.name))]
    return f"{', '.join(found)} of {operation}" if found else None


def _parameters(response: Any, operation: str) -> Mapping[str, Any]:
    """What the request says, by the names in AWS's model, whatever its protocol."""
    request = response.normalized_request
    model = get_service_model(response.boto3_service_name)
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)]
    parsed: Mapping[str, Any] = parser(model.operation_model(operation), map_type=dict).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return parsed or {}
