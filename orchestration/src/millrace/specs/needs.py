"""The datasets that must be there before a dataset's run can succeed."""

from __future__ import annotations

from millrace.specs.files import SpecFile
from millrace.specs.transforms import datasets_read
from millrace_contracts import Dataset


def tables_needed(spec: Dataset, query: str | None) -> frozenset[str]:
    """Other datasets whose refined tables are read.

    Args:
        spec: Its columns may refer to others.
        query: The transform, where it is a query.
    """
    read = datasets_read([SpecFile(f"datasets/{spec.name}/transform.sql", query)] if query else [])
    columns = (*spec.columns, *spec.refined)
    referred = {column.references.dataset for column in columns if column.references}
    return frozenset({*read, *referred} - {spec.name})
