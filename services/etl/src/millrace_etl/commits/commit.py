"""Commits to a refined table: what is written down before anything becomes visible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, NonNegativeInt


class Add(BaseModel):
    """One staged file and its place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    staged_key: str
    """In the refined bucket."""
    bucket: str
    key: str


class Remove(BaseModel):
    """One file that leaves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str
    key: str


class Commit(BaseModel):
    """One commit, stored at a ``CommitKey``; whoever finds it unfinished can finish it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    run_id: str
    staging_prefix: str
    files: Mapping[str, str]
    """SHA-256 of each landed file that the commit processed, by its key."""
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column of the table."""
    adds: tuple[Add, ...]
    removes: tuple[Remove, ...]
    numbers: Mapping[str, NonNegativeInt]


class Head(BaseModel):
    """The last commit that is wholly in place."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    settled: NonNegativeInt = 0


class CommittedBatch(BaseModel):
    """Which files of a batch are committed, and by which commit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    files: Mapping[str, tuple[str, int]]
    """SHA-256 and number of the commit, by key of the landed file."""
