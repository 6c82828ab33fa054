"""The laptop's mailbox: what SNS would have emailed."""

from __future__ import annotations

import time
from collections.abc import Callable
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


def wait_for_mail(
    folder: Path,
    run_id: str,
    is_settled: Callable[[], bool] = lambda: False,
    deadline_s: float = 120,
    words: str = "",
) -> list[Mail]:
    """Messages that name a run, once the first is there that is waited for.

    Args:
        folder: Of the mailbox.
        run_id: As it stands in subject or text.
        is_settled: Says whether notify is done with the run: nothing comes after that.
        deadline_s: To wait at most.
        words: Of the subject of the message that is waited for.

    Returns:
        Nothing when the run's failure was left to a later message, or no message came in time.
    """
    deadline = time.monotonic() + deadline_s
    while True:
        is_last = is_settled() or time.monotonic() > deadline
        found = [mail for mail in read_mails(folder) if run_id in mail.subject + mail.text]
        if any(words in mail.subject for mail in found) or is_last:
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
