"""Text files beside a dataset's spec."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from millrace.errors import Problem, SpecRejected

_TRANSFORMS = ("transform.sql", "transform.py")


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A transform or a view of a dataset."""

    file: str
    """As problems name it: ``datasets/<dataset>/<path>``."""
    text: str

    @property
    def path(self) -> str:
        """Below the dataset's folder; it is deployed under the same one."""
        return self.file.split("/", 2)[2]

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.file).stem


def shown(folder: Path, path: str) -> str:
    """How problems name a file of a dataset's folder."""
    return f"{folder.parent.name}/{folder.name}/{path}"


def read_transforms(folder: Path) -> tuple[SpecFile, ...]:
    """Each transform that stands there; more than one is wrong. Raises SpecRejected."""
    return tuple(_read(folder, name) for name in _TRANSFORMS if (folder / name).exists())


def read_views(folder: Path) -> tuple[SpecFile, ...]:
    """Every view, by name. Raises SpecRejected."""
    return tuple(_read(folder, f"views/{file.name}") for file in sorted(folder.glob("views/*.sql")))


def _read(folder: Path, path: str) -> SpecFile:
    try:
        return SpecFile(shown(folder, path), (folder / path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as exc:
        raise SpecRejected(
            [Problem(shown(folder, path), "", f"bytes that are no text: {exc}", "UTF-8")]
        ) from exc
