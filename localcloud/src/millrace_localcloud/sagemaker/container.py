"""The folders of one container, and the command that stands for it.

A container sees ``/opt/ml``. Here every instance of a job has a folder of its own in its place,
which the process gets in ``SAGEMAKER_BASE_DIR``, and what of its command and variables names a path
below ``/opt/ml`` is given as a path below that folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from millrace_localcloud.environments import Environment
from millrace_localcloud.sagemaker.errors import JobFailed

ROOT = PurePosixPath("/opt/ml")
_PYTHONS = frozenset({"python", "python3"})


def is_below_root(path: str) -> bool:
    """Whether a container's path has a place in the job's folder."""
    pure = PurePosixPath(path)
    return pure.is_relative_to(ROOT) and ".." not in pure.parts


@dataclass(frozen=True, slots=True)
class Container:
    """One instance of a job."""

    index: int
    """Among the job's, from 0."""
    base: Path
    """What ``/opt/ml`` is for it."""

    @property
    def host(self) -> str:
        """``algo-1`` and so on."""
        return f"algo-{self.index + 1}"

    def local(self, path: str) -> Path:
        """Where a path of the container is."""
        return self.base / PurePosixPath(path).relative_to(ROOT)

    def folder(self, path: str) -> Path:
        """A folder of the container, made."""
        folder = self.local(path)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def write_json(self, path: str, value: Any) -> None:
        self.folder(str(PurePosixPath(path).parent))
        self.local(path).write_text(json.dumps(value))

    def read_text(self, path: str, characters: int) -> str | None:
        """Text the job left for SageMaker, None when it left none."""
        file = self.local(path)
        return file.read_text(errors="replace")[:characters] if file.is_file() else None

    def command(self, environment: Environment, given: Sequence[str]) -> list[str]:
        """The container's command in its environment. Raises JobFailed."""
        program, *arguments = given
        executable = environment.python if program in _PYTHONS else environment.bin / program
        if not executable.exists():
            raise JobFailed(
                f"ClientError: {program} is not in the environment of {environment.name}"
            )
        return [str(executable), *(self._translated(argument) for argument in arguments)]

    def env(self, given: Mapping[str, str]) -> dict[str, str]:
        """The job's own variables, with its base directory."""
        translated = {name: self._translated(value) for name, value in given.items()}
        return {**translated, "SAGEMAKER_BASE_DIR": str(self.base), "PYTHONUNBUFFERED": "1"}

    def _translated(self, text: str) -> str:
        return str(self.local(text)) if text.startswith("/") and is_below_root(text) else text
