"""Read a dataset's folder and refuse what is wrong, before any data moves."""

from millrace.specs.folder import DeclaredDataset, load_dataset
from millrace.specs.needs import tables_needed

__all__ = ["DeclaredDataset", "load_dataset", "tables_needed"]
