"""Build a service's container image from its own folder and shared/, and push it to ECR."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace.aws import Aws
from millrace.errors import DeployFailed, InputRejected

if TYPE_CHECKING:
    from millrace.project import Project

_LEFT_OUT = frozenset({"tests", "__pycache__"})
_DECLARED = re.compile(r"^ARG (BASE_IMAGE|UV_IMAGE)=(\S+)$", re.MULTILINE)
_DIGEST = re.compile(r"(^|@)sha256:[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class BaseImages:
    """What a build starts from."""

    base: str
    """A Python: an image reference or an image id."""
    uv: str
    """An image with the program ``/uv``."""

    def require_pinned(self) -> None:
        """Refuse names that may mean something else tomorrow. Raises InputRejected."""
        for name in (self.base, self.uv):
            if not _DIGEST.search(name):
                raise InputRejected(
                    f"base image {name!r} is not pinned: give name@sha256:… or an image's id"
                )


def declared_bases(project: Project, service: str) -> BaseImages:
    """What the service's Dockerfile starts from when nothing else is given.

    Raises:
        InputRejected: What is named has no image.
    """
    dockerfile = project.service(service) / "Dockerfile"
    if not dockerfile.exists():
        raise InputRejected(f"{service} has no image: there is no services/{service}/Dockerfile")
    found = dict(_DECLARED.findall(dockerfile.read_text(encoding="utf-8")))
    return BaseImages(found.get("BASE_IMAGE", ""), found.get("UV_IMAGE", ""))


@dataclass(frozen=True, slots=True)
class Image:
    """A built image."""

    reference: str
    """``repository:tag``."""
    id: str
    size_bytes: int


def build_image(
    engine: Any, project: Project, service: str, bases: BaseImages, repository: str
) -> Image:
    """Build ``services/<service>/Dockerfile``.

    The engine is sent shared/ and the service's folder, and nothing else of the checkout.

    Args:
        engine: A docker client.
        project: The checkout.
        service: Folder below services/.
        bases: Images to start from.
        repository: Name of the image, without its tag, which is the service's version.

    Raises:
        DeployFailed: The build failed; its last words are named.
    """
    reference = f"{repository}:{project.version(service)}"
    said: list[str] = []
    answers = engine.api.build(
        fileobj=_context(project.root, ("shared", f"services/{service}")),
        custom_context=True,
        encoding="gzip",
        dockerfile=f"services/{service}/Dockerfile",
        tag=reference,
        rm=True,
        decode=True,
        buildargs={
            "BASE_IMAGE": bases.base,
            "UV_IMAGE": bases.uv,
            "VERSION": project.version(service),
            "REVISION": revision(project.root),
        },
    )
    for answer in answers:
        if "error" in answer:
            words = " ".join("".join(said[-3:]).split())
            raise DeployFailed(f"{reference}: {answer['error']} (after: {words[-300:]})")
        said.append(answer.get("stream", ""))
    built = engine.images.get(reference)
    return Image(reference, str(built.id), int(built.attrs["Size"]))


def push_image(engine: Any, aws: Aws, image: Image) -> str:
    """Push to the registry that the image is named for; answers the reference with its digest.

    Raises:
        DeployFailed: The registry refused.
    """
    repository, tag = image.reference.rsplit(":", 1)
    login = _login(aws) if ".dkr.ecr." in repository else None
    answers = engine.api.push(repository, tag=tag, auth_config=login, stream=True, decode=True)
    digest = _digest(answers, image.reference)
    return f"{repository}@{digest}"


def revision(root: Path) -> str:
    """The checkout's commit, marked when files differ from it; ``unknown`` without git."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return described.stdout.strip()


def _login(aws: Aws) -> dict[str, str]:
    granted = aws.client("ecr").get_authorization_token()["authorizationData"][0]
    user, password = base64.b64decode(granted["authorizationToken"]).decode().split(":", 1)
    return {"username": user, "password": password}


def _digest(answers: Iterable[Mapping[str, Any]], reference: str) -> str:
    digest = ""
    for answer in answers:
        if "error" in answer:
            raise DeployFailed(f"{reference}: {answer['error']}")
        digest = answer.get("aux", {}).get("Digest", digest)
    if not digest:
        raise DeployFailed(f"{reference}: the registry named no digest")
    return digest


def _context(root: Path, folders: Iterable[str]) -> io.BytesIO:
    """A build context whose bytes depend on the files alone, so that the engine's cache holds."""

    def entry(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        name = Path(info.name).name
        if name.startswith(".") or name in _LEFT_OUT:
            return None
        info.uid = info.gid = info.mtime = 0
        info.uname = info.gname = ""
        return info

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for folder in folders:
            archive.add((root / folder).resolve(), folder, filter=entry)
    packed.seek(0)
    return packed
