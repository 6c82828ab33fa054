"""A table or view of a SQL database."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from millrace_contracts.dataset.part import SpecPart
from millrace_contracts.dataset.sources.address import check_address
from millrace_contracts.dataset.sources.api import SecretName

SqlName = Annotated[str, Field(pattern=r"^[^\x00\"`.]{1,128}$")]
"""One name, as the database spells it."""


class SqlIncremental(SpecPart):
    """Only rows beyond the watermark are read."""

    column: SqlName
    """Grows with every insert or change; never null."""
    overlap_seconds: Annotated[int, Field(ge=0)] = 0
    """How far below the watermark a timestamp column is read again, for rows that became visible
    late; those that had landed land again, so write.mode upsert should join them."""
    overlap: Annotated[int, Field(ge=0)] = 0
    """The same for a column of numbers."""

    @model_validator(mode="after")
    def _one_overlap(self) -> Self:
        if self.overlap and self.overlap_seconds:
            raise ValueError("overlap is for numbers, overlap_seconds for timestamps: give one")
        return self


class SqlSource(SpecPart):
    """Rows of a table or view, which land as Parquet with the types of the database.

    ``{mount}`` in the URL is the directory that ingest has mounted; ``{host}`` and ``{port}`` are
    fields of the secret.
    """

    kind: Literal["sql"]
    url: Annotated[str, Field(pattern=r"^[a-z][a-z0-9+]*://[^\s]*$")]
    """As SQLAlchemy reads it, as ``postgresql://db.example.com/shop``; without user and password:
    they belong into the secret."""
    secret: SecretName | None = None
    """Holds ``user`` and ``password``."""
    table: Annotated[str, Field(pattern=r"^([^\x00\"`.]{1,128}\.)?[^\x00\"`.]{1,128}$")]
    """Table or view, behind its schema and a dot where it has one: ``sales.orders``."""
    key: Annotated[tuple[SqlName, ...], Field(min_length=1)]
    """Columns that identify a row and are never null: the order in which rows are read, and where
    reading goes on; an index on them, behind the incremental column, keeps that cheap."""
    columns: tuple[SqlName, ...] = ()
    """Which to read; all by default."""
    incremental: SqlIncremental | None = None

    @model_validator(mode="after")
    def _keeps_no_password(self) -> Self:
        check_address(self.url, has_secret=self.secret is not None, also=("mount",))
        authority = self.url.split("://", 1)[1].split("/", 1)[0]
        if "@" in authority or "password=" in self.url:
            raise ValueError("url must not hold user or password; name a secret")
        if self.columns:
            needed = {*self.key, *([self.incremental.column] if self.incremental else [])}
            missing = sorted(needed - set(self.columns))
            if missing:
                raise ValueError(f"columns lack {missing}, which key or incremental name")
        return self
