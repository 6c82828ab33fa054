"""The checkout that the command works on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from millrace.errors import MillraceError

SERVICES = ("ingest", "etl", "view", "forecast", "notify")


@dataclass(frozen=True, slots=True)
class Project:
    """Paths of a checkout."""

    root: Path
    home: Path
    """Where the laptop's cloud keeps everything."""
    containers: str = ""
    """Network on which the laptop's cloud runs images in containers; empty for processes."""
    state_url: str = ""
    """Store of the run state that the laptop's cloud is deployed with; empty for its own table."""

    @classmethod
    def find(
        cls, start: Path, home: Path | None = None, containers: str = "", state_url: str = ""
    ) -> Project:
        """The checkout that ``start`` lies in, with its cloud in ``.millrace`` or in ``home``.

        Raises:
            MillraceError: ``start`` is outside of a checkout.
        """
        for folder in (start, *start.parents):
            if (folder / "datasets").is_dir() and (folder / "services").is_dir():
                return cls(folder, (home or folder / ".millrace").absolute(), containers, state_url)
        raise MillraceError(f"{start} is not inside a Millrace checkout (datasets/ and services/)")

    @property
    def sources(self) -> Path:
        """What ingest sees as its mount on a laptop, whichever cloud asks."""
        return self.root / ".millrace" / "sources"

    @property
    def sources_program(self) -> Path:
        """Offers the demo's tables by servers of its own; a checkout may lack it."""
        return self.root / "sources" / ".venv" / "bin" / "millrace-sources"

    @property
    def sources_ready(self) -> Path:
        """What that program writes once it does."""
        return self.home / "sources.json"

    @property
    def wheels(self) -> Path:
        return self.root / "dist"

    @property
    def asl(self) -> Path:
        return self.root / "orchestration" / "asl"

    def dataset(self, name: str) -> Path:
        return self.root / "datasets" / name

    def service(self, name: str) -> Path:
        return self.root / "services" / name

    def version(self, service: str) -> str:
        """Version that the service's own pyproject.toml declares."""
        text = (self.service(service) / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])

    def offered(self) -> frozenset[str]:
        """Datasets whose sources the checkout's own servers are."""
        if not self.sources_program.exists():
            return frozenset()
        text = (self.root / "sources" / "pyproject.toml").read_text(encoding="utf-8")
        return frozenset(tomllib.loads(text)["tool"]["millrace"]["offers"])

    def dataset_names(self) -> list[str]:
        """Every folder with a ``dataset.yaml``, sorted."""
        return sorted(path.parent.name for path in self.root.glob("datasets/*/dataset.yaml"))
