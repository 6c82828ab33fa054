"""Lambda: the real Runtime API, one process per concurrent invocation."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_attribute, replace_backend, replace_responses


def install(cloud: Cloud) -> None:
    """Run functions in their own environments."""
    from moto.awslambda.models import LambdaFunction
    from moto.awslambda.responses import LambdaResponse

    from millrace_localcloud.functions.asynchronous import EventInvocations
    from millrace_localcloud.functions.backend import (
        FunctionBackend,
        invoke_from_service,
        make_get_configuration,
    )
    from millrace_localcloud.functions.invoker import Invoker
    from millrace_localcloud.functions.queue_mappings import QueueMappings
    from millrace_localcloud.functions.responses import FunctionResponses

    invoker = Invoker(cloud)
    FunctionBackend.cloud = cloud
    FunctionBackend.invoker = invoker
    FunctionBackend.events = EventInvocations(cloud, invoker)
    FunctionBackend.mappings = QueueMappings(cloud, invoker)
    replace_backend("awslambda", "lambda_backends", FunctionBackend)
    replace_responses("awslambda", LambdaResponse, FunctionResponses)
    replace_attribute(LambdaFunction, "invoke", invoke_from_service)
    replace_attribute(
        LambdaFunction,
        "get_configuration",
        make_get_configuration(LambdaFunction.get_configuration),
    )


def restored(cloud: Cloud) -> None:
    """Take up the work of mappings that a stored state brought back."""
    from moto.awslambda.models import lambda_backends

    for regions in list(lambda_backends.values()):
        for backend in list(regions.values()):
            backend.resume_mappings()
