"""The laptop's mailbox: what SNS would have emailed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """One delivered message."""

    file: Path
    to: str
    subject: str
    date: str
    text: str


def read_mails(folder: Path) -> list[Mail]:
    """Every delivered message, oldest first."""
    return [_read(file) for file in sorted(folder.glob("*.eml"))]


def wait_for_mail(folder: Path, run_id: str, deadline_s: float = 20) -> list[Mail]:
    """Messages that name a run, once the first is there; empty when none came in time."""
    deadline = time.monotonic() + deadline_s
    while True:
        found = [mail for mail in read_mails(folder) if run_id in mail.subject + mail.text]
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def _read(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return Mail(
        file=file,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=body.get_content() if body else "",
    )
