"""moto's server, without what it does anew for every request."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from millrace_localcloud.offered import OFFERED, refusing
from millrace_localcloud.seams import replace_attribute


def moto_application() -> Callable[..., Iterable[bytes]]:
    """The WSGI application that serves every AWS API."""
    from moto.core.common_models import BaseModel
    from moto.moto_server import werkzeug_app
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    # Upstream lets every web page read every answer; a bucket's own rules are kept to.
    replace_attribute(werkzeug_app, "DISABLE_GLOBAL_CORS", True)

    class Dispatcher(DomainDispatcherApplication):
        # Upstream lists its package's folder, 175 files, for every request under one lock.
        get_backend_for_host = staticmethod(
            cache(DomainDispatcherApplication(create_backend_app).get_backend_for_host)
        )

    # Upstream keeps every instance of every model in a list, for its dashboard.
    replace_attribute(BaseModel, "__new__", lambda cls, *_args, **_named: object.__new__(cls))

    def make(service: str) -> Callable[..., Iterable[bytes]]:
        return create_backend_app(service) if service in OFFERED else refusing(service)

    return Dispatcher(make)


def make_http_server(listener: socket.socket, application: Callable[..., Any]) -> Any:
    """A threaded HTTP server on a socket that listens already."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Handler(MotoRequestHandler):
        # Keep-alive halves the cost of a call; Nagle's algorithm would add 40 ms to each.
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    host, port = listener.getsockname()
    return make_server(
        host, port, application, threaded=True, request_handler=Handler, fd=listener.fileno()
    )
