"""What keys have in common."""

from __future__ import annotations

import re

DATASET = r"(?P<dataset>[a-z][a-z0-9_]{0,62})"
RUN = r"(?P<run_id>[A-Za-z0-9_-]{1,80})"
DAY = r"\d{4}-\d{2}-\d{2}"


class KeyMalformed(ValueError):
    """The text is not a key of this kind."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"not a {kind} key: {key!r}")


def matched(pattern: re.Pattern[str], kind: str, key: str) -> re.Match[str]:
    """The whole of ``key`` by its pattern. Raises KeyMalformed."""
    match = pattern.fullmatch(key)
    if match is None:
        raise KeyMalformed(kind, key)
    return match


def dataset_prefix(dataset: str) -> str:
    """Everything of one dataset in the landing, refined or forecast bucket: ``<dataset>/``."""
    return f"{dataset}/"
