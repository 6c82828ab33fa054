"""The email that SNS makes of a published message."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

_SENDER = "no-reply@sns.amazonaws.com"
_DEFAULT_SUBJECT = "AWS Notification Message"
_DEFAULT_NAME = "AWS Notifications"
_LINE_LIMIT = 998
"""RFC 5322, 2.1.1: longer lines need an encoding."""


def compose_notification(
    *,
    to: str,
    subject: str | None,
    body: str,
    message_id: str,
    sent_at: datetime,
    display_name: str = "",
) -> EmailMessage:
    """Compose the email for one subscriber.

    Args:
        to: Address of the subscriber.
        subject: As published; SNS has a default for none.
        body: Plain text.
        message_id: Unique to this email, without angle brackets and domain.
        sent_at: Aware.
        display_name: Of the topic; SNS shows it as the sender's name.
    """
    email = EmailMessage()
    email["From"] = formataddr((display_name or _DEFAULT_NAME, _SENDER))
    email["To"] = to
    email["Subject"] = " ".join((subject or _DEFAULT_SUBJECT).split())
    email["Date"] = format_datetime(sent_at)
    email["Message-ID"] = f"<{message_id}@sns.us-east-1.amazonaws.com>"
    readable = all(len(line.encode()) <= _LINE_LIMIT for line in body.splitlines())
    # A person opens these files: text stays text where the standard allows it.
    email.set_content(body, charset="utf-8", cte="8bit" if readable else "quoted-printable")
    return email
