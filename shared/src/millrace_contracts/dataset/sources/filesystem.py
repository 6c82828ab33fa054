"""A folder of files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from millrace_contracts.dataset.part import SpecPart


class FileSystemSource(SpecPart):
    """Files below any fsspec URL.

    ``{mount}`` in the URL is the directory that ingest has mounted: an EFS access point on AWS,
    ``.millrace/sources`` on a laptop. ``{drop}`` is where others put the dataset's files into the
    landing bucket, ``_drop/<dataset>/``.
    """

    kind: Literal["filesystem"]
    url: Annotated[str, Field(min_length=1)]
    """Folder, as ``file://{mount}/out``; a chain reads inside an archive, as
    ``zip://::file://{mount}/out.zip``."""
    match: str = "*"
    """Glob below the folder; ``**`` spans folders."""
