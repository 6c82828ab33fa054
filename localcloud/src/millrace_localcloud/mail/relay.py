"""Hands email to an SMTP server, beside the mailbox."""

from __future__ import annotations

import logging
import smtplib
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from queue import SimpleQueue

_TIMEOUT_S = 30
_RETRY_AFTER_S = (1, 5, 25)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where to send email: plain SMTP, as mail catchers and local relays speak it."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> SmtpServer:
        """Read ``host:port``. Raises ValueError."""
        host, _, port = text.rpartition(":")
        if not host:
            raise ValueError(f"{text!r} is not HOST:PORT")
        return cls(host, int(port))


class Relay:
    """Sends in the order of arrival, in a thread of its own, and tries again for a while."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._queue: SimpleQueue[EmailMessage] = SimpleQueue()
        threading.Thread(target=self._work, name="smtp", daemon=True).start()

    def send(self, message: EmailMessage) -> None:
        """Queue ``message``; whoever publishes does not wait for the server."""
        self._queue.put(message)

    def _work(self) -> None:
        while True:
            message = self._queue.get()
            for wait_s in (*_RETRY_AFTER_S, None):
                try:
                    self._submit(message)
                    break
                except (OSError, smtplib.SMTPException) as exc:
                    _log.warning("%s:%d: %s", self._server.host, self._server.port, exc)
                    if wait_s is None:
                        _log.error("not sent, only in the mailbox: %s", message["Message-ID"])
                        break
                    time.sleep(wait_s)

    def _submit(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self._server.host, self._server.port, timeout=_TIMEOUT_S) as server:
            server.send_message(message)
