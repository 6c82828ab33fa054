"""moto's Lambda, with functions that run."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import ImageConfig, LambdaBackend

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.functions.asynchronous import EventInvocations
from millrace_localcloud.functions.invoker import Invoker
from millrace_localcloud.functions.launch import FunctionUnrunnable, plan_launch
from millrace_localcloud.functions.queue_mappings import QueueMappings


class FunctionBackend(LambdaBackend):
    """Refuses what can't run when it is created, not when it is invoked."""

    cloud: ClassVar[Cloud]
    invoker: ClassVar[Invoker]
    events: ClassVar[EventInvocations]
    mappings: ClassVar[QueueMappings]

    def create_function(self, spec: dict[str, Any]) -> Any:
        created = super().create_function(spec)
        function = self.get_function(spec["FunctionName"])
        function.dead_letter_config = spec.get("DeadLetterConfig")
        try:
            plan_launch(self.cloud, function)
        except FunctionUnrunnable as exc:
            super().delete_function(spec["FunctionName"])
            raise InvalidParameterValueException(str(exc)) from exc
        return created

    def update_function_code(self, function_name: str, qualifier: str, body: dict[str, Any]) -> Any:
        with self._changing(function_name, qualifier):
            return super().update_function_code(function_name, qualifier, body)

    def update_function_configuration(
        self, function_name: str, qualifier: str, body: dict[str, Any]
    ) -> Any:
        with self._changing(function_name, qualifier) as function:
            if "ImageConfig" in body:
                function.image_config = ImageConfig(body["ImageConfig"])
            if "DeadLetterConfig" in body:
                function.dead_letter_config = body["DeadLetterConfig"]
            return super().update_function_configuration(function_name, qualifier, body)

    def delete_function(self, function_name: str, qualifier: str | None = None) -> None:
        name = self.get_function(function_name, qualifier).function_name
        super().delete_function(function_name, qualifier)
        self.invoker.retire(name)

    def put_function_event_invoke_config(
        self, function_name: str, config: dict[str, Any]
    ) -> dict[str, Any]:
        function = self.get_function(function_name)
        before = function.event_invoke_config
        function.event_invoke_config = []
        try:
            return super().put_function_event_invoke_config(function_name, config)
        except Exception:
            function.event_invoke_config = before
            raise

    def create_event_source_mapping(self, spec: dict[str, Any]) -> Any:
        if ":sqs:" not in spec.get("EventSourceArn", ":sqs:"):
            raise InvalidParameterValueException(
                f"{spec['EventSourceArn']}: only SQS queues are event sources here"
            )
        if spec.get("FilterCriteria"):
            raise InvalidParameterValueException("FilterCriteria is not done here")
        mapping = super().create_event_source_mapping(spec)
        self._take_over(mapping)
        return mapping

    def resume_mappings(self) -> None:
        """Poll again for the mappings of a restored backend."""
        for mapping_id in list(self._event_source_mappings):
            self.mappings.start(self, mapping_id)

    def invoke(
        self,
        function_name: str,
        qualifier: str | None,
        body: Any,
        headers: Any,
        response_headers: Any,
    ) -> bytes:
        outcome = self.invoker.invoke(self.get_function(function_name, qualifier), as_payload(body))
        if outcome.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return outcome.payload

    def _take_over(self, mapping: Any) -> None:
        from moto.sqs.models import sqs_backends

        for queue in sqs_backends[self.account_id][self.region_name].queues.values():
            if queue.queue_arn == mapping.event_source_arn:
                # Else moto would invoke the function while the sender waits.
                queue.lambda_event_source_mappings.pop(mapping.function_arn, None)
        self.mappings.start(self, mapping.uuid)

    @contextmanager
    def _changing(self, function_name: str, qualifier: str) -> Iterator[Any]:
        function = self.get_function(function_name, qualifier)
        before = {**function.__dict__, "code": copy.copy(function.code)}
        try:
            yield function
            plan_launch(self.cloud, function)
        except FunctionUnrunnable as exc:
            function.__dict__.update(before)
            raise InvalidParameterValueException(str(exc)) from exc
        self.invoker.retire(function.function_name)


def invoke_from_service(
    function: Any, body: Any, request_headers: Any, response_headers: Any
) -> bytes:
    """``LambdaFunction.invoke``, which S3, SNS and the log filters of moto call: never waits."""
    FunctionBackend.events.submit(function, as_payload(body))
    return b""


def make_get_configuration(original: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    """``LambdaFunction.get_configuration`` with the dead-letter target, which moto drops."""

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        configuration = original(self, on_create)
        if dead_letters := getattr(self, "dead_letter_config", None):
            configuration["DeadLetterConfig"] = dead_letters
        return configuration

    return get_configuration


def as_payload(body: Any) -> bytes:
    """The event as sent; an absent one is an empty object, as the runtime sees it on AWS."""
    payload: bytes = body.encode() if isinstance(body, str) else body
    return payload or b"{}"
