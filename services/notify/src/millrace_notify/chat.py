"""What a chat channel is told of a message on the topic. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from millrace_notify.causes import mask

_LONGEST = 3000
"""Slack API, "Formatting text": texts much longer are cut where nobody wants it."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A text, and whose channel it is for."""

    team: str
    """Owner of the dataset; empty when it is not known."""
    text: str


def chat_message(subject: str, body: str) -> ChatMessage:
    """The message for chat of one that the topic delivered.

    Args:
        subject: As it was published.
        body: One of this service's events as JSON, an alarm of CloudWatch, or any text.
    """
    event = _document(body)
    team = event.get("owner")
    lines = [f"*{_escaped(subject)}*", *_told(event, body)]
    text = "\n".join(line for line in lines if line)
    return ChatMessage(team if isinstance(team, str) else "", text[:_LONGEST])


def _told(event: Mapping[str, object], body: str) -> list[str]:
    if not isinstance(event.get("summary"), str):
        reason = event.get("NewStateReason")
        return [_escaped(mask(reason if isinstance(reason, str) else body))]
    lines = [_escaped(str(event["summary"]))]
    for name, label in (("cause", "Cause"), ("owner", "Owner"), ("run_id", "Run")):
        if event.get(name):
            lines.append(f"{label}: {_escaped(str(event[name]))}")
    if event.get("resume"):
        lines.append(f"Resume: `{_escaped(str(event['resume']))}`")
    links = event.get("links")
    if isinstance(links, dict):
        lines += [f"<{link}|{_escaped(str(name))}>" for name, link in links.items()]
    return lines


def _document(body: str) -> Mapping[str, object]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _escaped(text: str) -> str:
    # Slack API, "Formatting text": these three only.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
