"""Start programs in containers of one image, in the way child processes are started."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from millrace_localcloud.containers.child import ContainerChild

if TYPE_CHECKING:
    from millrace_localcloud.containers.engine import Engine

LOG = "/millrace.log"
_INTO_LOG = f'exec "$0" "$@" >>{LOG} 2>&1'
"""The program writes its log itself, as a child process does: what it printed before it answered is
there when the answer arrives. It takes an image with ``sh``."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder or a file of the machine, seen in a container."""

    source: Path
    target: str
    read_only: bool = False


@dataclass(frozen=True)
class Starter:
    """Containers of one image, with the same mounts."""

    engine: Engine
    image: str
    """Its id: another build under the same name is another image."""
    mounts: tuple[Mount, ...] = ()

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes] | int,
    ) -> ContainerChild:
        """Start ``command`` in place of the image's entry point, and log to the file ``stdout``.

        Args:
            command: A program of the image and its arguments.
            env: Variables of the container, beside those of its image.
            cwd: Working directory when it is mounted under its own name, else the image's.
            stdout: A file with a name.
        """
        assert not isinstance(stdout, int), "a container's log is a file"
        log = Mount(Path(stdout.name), LOG)
        seen = {mount.target for mount in self.mounts}
        return self.engine.run(
            self.image,
            entry_point=["sh", "-c", _INTO_LOG],
            command=[str(part) for part in command],
            env={"HOME": "/tmp", **env},
            mounts=(*self.mounts, log),
            working_dir=str(cwd) if str(cwd) in seen else None,
        )


def user() -> str:
    """Files that a container makes belong to who runs the cloud."""
    return f"{os.getuid()}:{os.getgid()}"


def docker_mounts(mounts: Sequence[Mount]) -> list[Any]:
    """The mounts as the engine's API has them."""
    from docker.types import Mount as DockerMount

    return [
        DockerMount(mount.target, str(mount.source), type="bind", read_only=mount.read_only)
        for mount in mounts
    ]
