"""CloudFormation: one template, applied resource by resource.

An engine of its own behind moto's API: moto's ignores types that it does not know, never rolls
back and keeps no events of resources.
"""

from __future__ import annotations

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.seams import leave_out, replace_backend, replace_responses


def install(cloud: Cloud) -> None:
    """Replace moto's part by this one."""
    # moto's template engine imports every service it can make a resource of, two seconds' worth.
    leave_out("moto.cloudformation.parsing", "Export", "OutputMap", "ResourceMap")

    from moto.cloudformation.responses import CloudFormationResponse

    from millrace_localcloud.cloudformation.backend import StackBackend
    from millrace_localcloud.cloudformation.responses import StackResponses

    StackBackend.cloud = cloud
    StackResponses.backends = replace_backend(
        "cloudformation", "cloudformation_backends", StackBackend
    )
    replace_responses("cloudformation", CloudFormationResponse, StackResponses)


def restored(cloud: Cloud) -> None:
    """After a restart: a creation or update that was cut off is rolled back, a deletion failed."""
    from millrace_localcloud.cloudformation.responses import StackResponses

    backend = StackResponses.backends[ACCOUNT][REGION]
    for stack in list(backend.interrupted()):
        backend.end_interrupted(stack, "The local cloud was stopped during the operation.")
