"""What a model says of its one container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.sagemaker.exceptions import ValidationError

_REFUSED_MEMBERS = ("ModelPackageName", "ModelDataSource", "AdditionalModelDataSources")


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A container that serves a model, as CreateModel described it."""

    image: str
    data_uri: str | None
    """A ``.tar.gz`` that is unpacked into the container's model folder."""
    variables: Mapping[str, str]


def served_model(described: Mapping[str, Any]) -> ServedModel:
    """The container that DescribeModel tells of.

    Raises:
        ValidationError: The model is of a kind that is not served here.
    """
    primary = described.get("PrimaryContainer")
    containers = [primary] if primary else (described.get("Containers") or [])
    for what in _refused(containers):
        raise ValidationError(f"{what} does not work in the local cloud")
    (container,) = containers
    return ServedModel(
        container["Image"], container.get("ModelDataUrl"), container.get("Environment") or {}
    )


def _refused(containers: list[Mapping[str, Any]]) -> Iterator[str]:
    if len(containers) != 1:
        yield f"A model of {len(containers)} containers"
    for container in containers:
        yield from (member for member in _REFUSED_MEMBERS if container.get(member))
        if container.get("Mode") == "MultiModel":
            yield "Mode MultiModel"
        if not container.get("Image"):
            yield "A model without an Image"
