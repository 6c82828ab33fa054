"""SES: what it sends is delivered as SNS's email is."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from typing import Any, ClassVar

from moto.ses.exceptions import MessageRejectedError
from moto.ses.models import SESBackend

from millrace_localcloud.mail.post_office import PostOffice

_HEADERS = {"ToAddresses": "To", "CcAddresses": "Cc", "BccAddresses": "Bcc"}


class EmailBackend(SESBackend):
    """Both versions of the API end here: moto's SESv2 passes its messages on."""

    office: ClassVar[PostOffice]

    def send_email(
        self, source: str, subject: str, body: str, destinations: dict[str, list[str]]
    ) -> Any:
        sent = super().send_email(source, subject, body, destinations)
        message = EmailMessage()
        message["From"] = source
        for kind, addresses in destinations.items():
            if addresses:
                message[_HEADERS[kind]] = ", ".join(addresses)
        message["Subject"] = " ".join(subject.split())
        message.set_content(body, charset="utf-8")
        self._post(message, sent.id)
        return sent

    def send_raw_email(self, source: str, destinations: list[str], raw_data: str) -> Any:
        sent = super().send_raw_email(source, destinations, raw_data)
        message = email.message_from_bytes(raw_data.encode(), policy=default)
        if "To" not in message:
            message["To"] = ", ".join(sent.destinations)
        self._post(message, sent.id)
        return sent

    def send_templated_email(self, *arguments: Any, **keywords: Any) -> Any:
        raise MessageRejectedError("Templated email is not done here.")

    def send_bulk_templated_email(self, *arguments: Any, **keywords: Any) -> Any:
        raise MessageRejectedError("Templated email is not done here.")

    def _post(self, message: EmailMessage, message_id: str) -> None:
        if "Date" not in message:
            message["Date"] = format_datetime(datetime.now(UTC))
        del message["Message-ID"]
        message["Message-ID"] = f"<{message_id}@email.amazonses.com>"
        self.office.post(message)
