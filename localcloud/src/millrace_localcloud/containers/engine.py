"""A Docker engine: its images, and the containers that this cloud runs in it."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from millrace_localcloud.containers.child import ContainerChild
from millrace_localcloud.containers.starter import Mount, Starter, docker_mounts, user

OWNER_LABEL = "millrace.localcloud.home"
"""Says which cloud started a container."""


class EngineUnavailable(RuntimeError):
    """No Docker engine answers."""


class ImageMissing(LookupError):
    """The engine has no such image."""


class Engine:
    """Runs containers that share this machine's, or another container's, network."""

    def __init__(self, client: Any, network: str, home: Path) -> None:
        """Take over ``home``: containers that an earlier cloud left there are removed.

        Args:
            client: A docker client.
            network: Where the cloud's address is reached: ``host``, or ``container:<id>``.
            home: The cloud's home.
        """
        self._client = client
        self._network = network
        self._home = home
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._running: set[ContainerChild] = set()
        for left in client.containers.list(all=True, filters={"label": self._label()}):
            self._remove(left)

    @classmethod
    def connect(cls, network: str, home: Path) -> Engine:
        """The engine that the environment names, as ``docker`` finds it.

        Raises:
            EngineUnavailable: None answers.
        """
        import docker
        from docker.errors import DockerException

        try:
            client = docker.from_env()
            client.ping()
        except DockerException as exc:
            raise EngineUnavailable(f"no Docker engine answers: {exc}") from exc
        return cls(client, network, home)

    def image(self, names: Sequence[str], meant: str) -> Any:
        """The first image that the engine has.

        Args:
            names: What it may be called.
            meant: What was asked for, for the complaint.

        Raises:
            ImageMissing: There is none.
        """
        from docker.errors import ImageNotFound

        for name in names:
            with suppress(ImageNotFound):
                return self._client.images.get(name)
        tried = ", ".join(names) or "no image's name"
        raise ImageMissing(f"the engine has no image for {meant!r} (looked for {tried}): build it")

    def starter(self, image: Any, mounts: Sequence[Mount] = ()) -> Starter:
        """Starts containers of ``image``."""
        return Starter(self, str(image.id), tuple(mounts))

    def run(
        self,
        image: str,
        *,
        entry_point: Sequence[str],
        command: Sequence[str],
        env: Mapping[str, str],
        mounts: Sequence[Mount],
        working_dir: str | None,
    ) -> ContainerChild:
        """Start one container; it is removed when it has ended."""
        container = self._client.containers.create(
            image,
            entrypoint=list(entry_point),
            command=list(command),
            environment=dict(env),
            mounts=docker_mounts([*mounts, *self._accounts()]),
            working_dir=working_dir,
            network_mode=self._network,
            user=user(),
            labels={OWNER_LABEL: str(self._home)},
            security_opt=["no-new-privileges"],
        )
        try:
            container.start()
        except Exception:
            self._remove(container)
            raise
        child = ContainerChild(container, next(self._numbers), self._forget)
        with self._lock:
            if child.poll() is None:
                self._running.add(child)
        return child

    def kill_all(self) -> None:
        """End every container that this cloud started."""
        with self._lock:
            running = list(self._running)
        for child in running:
            child.kill()

    def _accounts(self) -> list[Mount]:
        """Java asks who it runs as, and must find a name: an image knows users of its own only."""
        if os.getuid() == 0:
            return []
        accounts = self._home / "work" / "passwd"
        accounts.parent.mkdir(parents=True, exist_ok=True)
        accounts.write_text(
            "root:x:0:0:root:/root:/bin/sh\n"
            f"millrace:x:{os.getuid()}:{os.getgid()}:millrace:/tmp:/bin/sh\n"
        )
        return [Mount(accounts, "/etc/passwd", read_only=True)]

    def _forget(self, child: ContainerChild) -> None:
        with self._lock:
            self._running.discard(child)

    def _label(self) -> str:
        return f"{OWNER_LABEL}={self._home}"

    @staticmethod
    def _remove(container: Any) -> None:
        from docker.errors import APIError

        with suppress(APIError):
            container.remove(force=True)
