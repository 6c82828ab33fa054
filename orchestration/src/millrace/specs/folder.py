"""One folder below ``datasets/``: its spec, its transform and its views."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from millrace.errors import Problem, SpecRejected
from millrace.specs.document import Document, read_document
from millrace.specs.files import SpecFile, read_transforms, read_views, shown
from millrace.specs.neighbours import Neighbours
from millrace.specs.sql import Columns
from millrace.specs.transforms import check_cycles, refined_columns
from millrace.specs.validating import validate_spec
from millrace.specs.views import check_names, check_view
from millrace_contracts import Dataset
from millrace_contracts.keys import scores_prefix


@dataclass(frozen=True, slots=True)
class DeclaredDataset:
    """A dataset whose files agree with each other."""

    spec: Dataset
    transform: SpecFile | None
    views: tuple[SpecFile, ...]

    @property
    def query(self) -> str | None:
        """The transform, where it is a query and no function."""
        if self.transform is None or not self.transform.path.endswith(".sql"):
            return None
        return self.transform.text


def load_dataset(folder: Path) -> DeclaredDataset:
    """Read and check everything a dataset's folder declares.

    What it says of other datasets is held against the folders beside it.

    Raises:
        SpecRejected: Every problem found, each with file, place, what was found and what is
            allowed.
    """
    document = read_document(folder / "dataset.yaml", shown(folder, "dataset.yaml"))
    spec = validate_spec(document)
    problems: list[Problem] = []
    if spec.name != folder.name:
        problems.append(
            Problem(document.file, document.place(("name",)), repr(spec.name), repr(folder.name))
        )
    neighbours = Neighbours(folder.parent)
    transforms, views = read_transforms(folder), read_views(folder)
    columns = refined_columns(spec, transforms, neighbours, problems)
    problems += check_cycles(spec.name, transforms, neighbours.reads)
    if columns is not None:
        problems += _unknown_columns(document, spec, columns)
    problems += _unknown_references(document, spec, neighbours)
    problems += _taken_scores(document, spec, neighbours)
    for view in views:
        problems += check_view(view, spec.name, columns, _tables(neighbours))
    problems += check_names(views, spec.name, neighbours.views())
    if problems:
        raise SpecRejected(problems)
    return DeclaredDataset(spec, transforms[0] if transforms else None, views)


def _tables(neighbours: Neighbours) -> dict[str, list[str]]:
    """What the crawlers and the views of all declared datasets may make."""
    names, views = list(neighbours), neighbours.views().values()
    scores = [scores_prefix(name).rstrip("/") for name in names]
    return {
        "landing": names,
        "refined": [*names, *(view for each in views for view in each)],
        "forecast": [*names, *scores],
    }


def _unknown_columns(document: Document, spec: Dataset, columns: Columns) -> list[Problem]:
    return [
        Problem(
            document.file,
            document.place(tuple(path.split("."))),
            f"column {name!r}",
            "one of " + ", ".join(columns),
        )
        for path, names in spec.column_uses().items()
        for name in names
        if name not in columns
    ]


def _taken_scores(document: Document, spec: Dataset, others: Container[str]) -> list[Problem]:
    """Forecast and scores of two datasets would be one table."""
    taken = scores_prefix(spec.name).rstrip("/")
    if spec.forecast is None or taken not in others:
        return []
    place = document.place(("forecast",))
    found = f"table {taken!r} of its scores, which is also a dataset"
    return [Problem(document.file, place, found, "a dataset of another name beside it")]


def _unknown_references(
    document: Document, spec: Dataset, others: Mapping[str, Columns | None]
) -> list[Problem]:
    problems = []
    references = [
        ((part, index, "references"), column.references)
        for part, columns in (("columns", spec.columns), ("refined", spec.refined))
        for index, column in enumerate(columns)
    ]
    for path, wanted in references:
        if wanted is None:
            continue
        if wanted.dataset not in others:
            names = [name for name in others if name != spec.name]
            place = document.place((*path, "dataset"))
            allowed = f"one of {', '.join(names)}" if names else "nothing: no other is declared"
            problems.append(Problem(document.file, place, f"dataset {wanted.dataset!r}", allowed))
            continue
        columns = others[wanted.dataset]
        if columns is not None and wanted.column not in columns:
            place = document.place((*path, "column"))
            allowed = f"one of {', '.join(columns)}, which {wanted.dataset} has"
            problems.append(Problem(document.file, place, f"column {wanted.column!r}", allowed))
    return problems
