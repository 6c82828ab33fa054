"""The services of AWS that are offered, and the answer of every other one.

moto knows far more of them: each would keep what it is told and answer success, while nothing runs
behind its clusters and instances.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from millrace_localcloud.seams import leave_out

OFFERED = frozenset(
    {
        "athena",
        "awslambda",
        "cloudformation",
        "cloudwatch",
        "dynamodb",
        "ecr",
        "events",
        "glue",
        "iam",
        "kms",
        "logs",
        "s3",
        "sagemaker",
        "scheduler",
        "secretsmanager",
        "ses",
        "sesv2",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
        "sts",
    }
)
"""moto's names of their packages."""

_CODE = "ServiceNotOffered"


def leave_out_others() -> None:
    """Do without EC2, which moto's SSM imports for its commands: half a second of every start."""
    leave_out("moto.ec2", "ec2_backends")


def refusing(service: str) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that refuses every request to ``service`` by name, as its clients read it.

    A JSON client finds the code in the body, a REST one in the header; of XML, EC2 has the error
    within ``Errors`` and the others have it bare (Smithy, "AWS protocols").
    """
    message = f"the local cloud does not offer {service}; it offers: {', '.join(sorted(OFFERED))}"
    error = f"<Error><Code>{_CODE}</Code><Message>{message}</Message></Error>"
    as_xml = f"<ErrorResponse><Errors>{error}</Errors>{error}</ErrorResponse>".encode()
    as_json = json.dumps({"__type": _CODE, "message": message}).encode()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        kind, body = ("json", as_json) if "HTTP_X_AMZ_TARGET" in environ else ("xml", as_xml)
        headers = [
            ("Content-Type", f"application/{kind}"),
            ("Content-Length", str(len(body))),
            ("x-amzn-ErrorType", _CODE),
        ]
        start_response("501 Not Implemented", headers)
        return [body]

    return answer
