"""Where the services of the cloud hand in email."""

from __future__ import annotations

from email.message import EmailMessage

from millrace_localcloud.mail.mailbox import Mailbox
from millrace_localcloud.mail.relay import Relay


class PostOffice:
    """Keeps each message in the mailbox and, if there is a relay, sends it on."""

    def __init__(self, mailbox: Mailbox, relay: Relay | None) -> None:
        self._mailbox = mailbox
        self._relay = relay

    def post(self, message: EmailMessage) -> None:
        self._mailbox.put(message)
        if self._relay is not None:
            self._relay.send(message)
