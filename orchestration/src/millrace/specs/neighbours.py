"""The datasets that are declared beside each other, as far as one must know of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from millrace.errors import SpecRejected
from millrace.specs.document import read_document
from millrace.specs.files import read_transforms, shown
from millrace.specs.sql import Columns
from millrace.specs.transforms import datasets_read, refined_columns
from millrace.specs.validating import validate_spec


class Neighbours(Mapping[str, Columns | None]):
    """Columns of every declared dataset's refined table.

    Each is read when it is asked for. None stands where they are not known: the transform is a
    function, or the dataset is wrong itself, which is told where it is checked.
    """

    def __init__(self, folder: Path) -> None:
        """What is declared in ``datasets/``."""
        self._folder = folder
        self._names = sorted(file.parent.name for file in folder.glob("*/dataset.yaml"))
        self._columns: dict[str, Columns | None] = {}

    def __getitem__(self, name: str) -> Columns | None:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._columns:
            # Transforms that read each other come back here: then nobody can tell.
            self._columns[name] = None
            self._columns[name] = self._refined(name)
        return self._columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def reads(self, name: str) -> list[str]:
        """Datasets that the transform of a dataset reads."""
        if name not in self._names:
            return []
        try:
            return datasets_read(read_transforms(self._folder / name))
        except SpecRejected:
            return []

    def views(self) -> dict[str, list[str]]:
        """Names of each dataset's views."""
        return {
            name: sorted(file.stem for file in (self._folder / name).glob("views/*.sql"))
            for name in self._names
        }

    def _refined(self, name: str) -> Columns | None:
        folder = self._folder / name
        try:
            spec = validate_spec(
                read_document(folder / "dataset.yaml", shown(folder, "dataset.yaml"))
            )
            return refined_columns(spec, read_transforms(folder), self, [])
        except SpecRejected:
            return None
