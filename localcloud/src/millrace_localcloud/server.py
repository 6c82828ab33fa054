"""Wire every part to moto, listen on 127.0.0.1 and stop cleanly."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.control import CONTROL_PREFIX, Control
from millrace_localcloud.environments import Environments
from millrace_localcloud.home import Home
from millrace_localcloud.mail.relay import SmtpServer

PARTS = (
    "s3",
    "dynamodb",
    "stepfunctions",
    "functions",
    "glue",
    "sagemaker",
    "athena",
    "mail",
    "events",
    "cloudformation",
)
"""Packages with an ``install(cloud)``, in the order in which they replace moto's."""


def serve(
    *,
    home: Path,
    port: int,
    projects: Mapping[str, Path],
    inherited_env: Mapping[str, str],
    smtp: SmtpServer | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or a stop call; leaves no child process behind.

    The address is written to ``<home>/endpoint.json`` once the cloud answers, and removed when it
    stops, so its presence tells a client where to connect.
    """
    listener = socket.create_server(("127.0.0.1", port))
    port = listener.getsockname()[1]
    # moto reads these from the process environment whenever it calls itself.
    os.environ.update(  # noqa: TID251
        MOTO_PORT=str(port),
        AWS_ACCESS_KEY_ID=ACCOUNT,
        AWS_SECRET_ACCESS_KEY="local",
        AWS_DEFAULT_REGION=REGION,
    )
    cloud = Cloud(Home(home), port, Environments(projects), dict(inherited_env), smtp=smtp)
    stop = threading.Event()
    control = Control(cloud, stop)
    for part in PARTS:
        import_module(f"millrace_localcloud.{part}").install(cloud)

    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    # Keep-alive halves the cost of a call; Nagle's algorithm would add 40 ms to each.
    MotoRequestHandler.protocol_version = "HTTP/1.1"
    MotoRequestHandler.disable_nagle_algorithm = True
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(CONTROL_PREFIX):
            return control(environ, start_response)
        answer: Iterable[bytes] = moto(environ, start_response)
        return answer

    server = make_server(
        "127.0.0.1",
        port,
        application,
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listener.fileno(),
    )
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    endpoint = home / "endpoint.json"
    endpoint.write_text(json.dumps({"endpoint": cloud.endpoint, "pid": os.getpid()}))
    try:
        stop.wait()
    finally:
        endpoint.unlink(missing_ok=True)
        cloud.children.kill_all()
