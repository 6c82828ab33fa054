"""Web pages of elsewhere are kept out: a browser on this machine reaches the loopback too.

Any page that is looked at may send requests to it, and no signature is looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_REFUSAL = b"the local cloud answers no web page of elsewhere\n"


class WithoutWebPages:
    """WSGI middleware: refuses what a browser sends for a page that this machine did not serve.

    Fetch Standard, "`Origin` header"; Fetch Metadata Request Headers, "Sec-Fetch-Site".
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _is_from_elsewhere(environ):
            return self._application(environ, start_response)
        # The connection is kept alive, so that the body must not be left on it.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(_REFUSAL)))]
        start_response("403 Forbidden", headers)
        return [_REFUSAL]


def _is_from_elsewhere(environ: dict[str, Any]) -> bool:
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None:
        return urlsplit(origin).hostname not in _HERE
    return environ.get("HTTP_SEC_FETCH_SITE") == "cross-site"
