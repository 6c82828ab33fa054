"""Read a dataset's folder and refuse what is wrong, before any data moves."""

from millrace.specs.folder import DeclaredDataset, load_dataset

__all__ = ["DeclaredDataset", "load_dataset"]
