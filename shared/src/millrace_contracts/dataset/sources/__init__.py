"""Where a dataset's data come from: one module per kind of source."""

from typing import Annotated

from pydantic import Field

from millrace_contracts.dataset.sources.api import ApiSource
from millrace_contracts.dataset.sources.filesystem import FileSystemSource
from millrace_contracts.dataset.sources.ftp import FtpSource
from millrace_contracts.dataset.sources.queue import QueueBatch, QueueSource
from millrace_contracts.dataset.sources.sql import SqlSource

Source = Annotated[
    FileSystemSource | FtpSource | ApiSource | SqlSource | QueueSource, Field(discriminator="kind")
]
"""The kinds of source; every other kind is refused."""

__all__ = [
    "ApiSource",
    "FileSystemSource",
    "FtpSource",
    "QueueBatch",
    "QueueSource",
    "Source",
    "SqlSource",
]
