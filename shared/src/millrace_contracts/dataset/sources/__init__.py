"""Where a dataset's data come from: one module per kind of source."""

from millrace_contracts.dataset.sources.filesystem import FileSystemSource

Source = FileSystemSource
"""The kinds of source; every other kind is refused."""

__all__ = ["FileSystemSource", "Source"]
