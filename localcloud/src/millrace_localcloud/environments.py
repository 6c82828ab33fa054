"""Which Python environment stands for a container image or for a job's wheel.

On AWS a function names an image and a Glue job names wheels. Here each of those distributions is a
project folder with its own virtual environment, and its code runs in that one, out of process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class EnvironmentUnknown(LookupError):
    """No project folder was registered for the distribution."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A project folder and its virtual environment."""

    name: str
    project: Path

    @property
    def bin(self) -> Path:
        return self.project / ".venv" / "bin"

    @property
    def python(self) -> Path:
        return self.bin / "python"


class Environments:
    """Project folders by distribution name, as ``millrace-ingest``."""

    def __init__(self, projects: Mapping[str, Path]) -> None:
        self._by_name = {name: Environment(name, path) for name, path in projects.items()}

    def for_image(self, image_uri: str) -> Environment:
        """Environment of ``<registry>/<repository>:<tag>``. Raises EnvironmentUnknown."""
        repository = image_uri.split("@")[0].rsplit("/", 1)[-1].split(":")[0]
        return self._named(repository, image_uri)

    def for_wheels(self, modules: str) -> Environment:
        """Environment of the first known wheel of ``--additional-python-modules``.

        Args:
            modules: Comma-separated, as ``s3://…/millrace_etl-0.1.0-py3-none-any.whl,…``.

        Raises:
            EnvironmentUnknown: None of them is registered.
        """
        for module in modules.split(","):
            distribution = re.split(r"-\d", module.strip().rsplit("/", 1)[-1])[0]
            name = distribution.replace("_", "-").lower()
            if name in self._by_name:
                return self._named(name, modules)
        return self._named("", modules)

    def _named(self, name: str, found_in: str) -> Environment:
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(sorted(self._by_name)) or "none"
            raise EnvironmentUnknown(
                f"no environment is registered for {found_in!r}; registered: {known}"
            ) from None
