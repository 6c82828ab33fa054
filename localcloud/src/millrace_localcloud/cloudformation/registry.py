"""What a resource type is to the engine, and the types there are."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from millrace_localcloud.cloud import Cloud

_MODULES = (
    "athena",
    "cloudwatch",
    "dynamodb",
    "ecr",
    "events",
    "function_attachments",
    "functions",
    "glue",
    "iam",
    "kms",
    "logs",
    "s3",
    "sagemaker",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stacks",
    "stepfunctions",
)
_RANDOM_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Made:
    """A resource as it now is."""

    physical_id: str
    """What Ref answers."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What GetAtt answers."""


@dataclass(frozen=True, slots=True)
class Request:
    """One resource to be made, changed or removed."""

    cloud: Cloud
    name: str
    """Physical name: the one given, or the one made from stack and logical id."""
    properties: Mapping[str, Any]
    physical_id: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    """Properties before an update."""
    began: Callable[[str], None] = lambda _physical_id: None
    """Tell that something exists now, so that a failure in a later step removes it."""

    def client(self, service: str) -> Any:
        return self.cloud.client(service)

    def pick(self, *names: str) -> dict[str, Any]:
        """The given properties among ``names``."""
        return {name: self.properties[name] for name in names if name in self.properties}

    def changed(self, name: str) -> bool:
        """Whether this property has to be applied: always so for a new resource."""
        return self.properties.get(name) != self.before.get(name)

    def tags(self) -> dict[str, str]:
        """The Tags property as a dictionary, whichever of its two forms the type has."""
        return tags_as_dict(self.properties)


def tags_as_dict(properties: Mapping[str, Any]) -> dict[str, str]:
    """Tags of either form, a list of pairs or an object, as a dictionary."""
    tags = properties.get("Tags") or {}
    if isinstance(tags, list):
        return {tag["Key"]: tag["Value"] for tag in tags}
    return dict(tags)


@dataclass(frozen=True, slots=True)
class ResourceType:
    """How one resource type is applied."""

    type: str
    applies: frozenset[str]
    """Properties that are applied; any other that AWS knows is refused by name."""
    create: Callable[[Request], Made]
    delete: Callable[[Request], None]
    update: Callable[[Request], Made] | None = None
    """None where every property is create-only."""
    attributes: frozenset[str] = frozenset()
    name_property: str | None = None
    lower_case: bool = False
    max_name: int = 255
    replaces: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = lambda _old, _new: False
    """Changes that need a new resource beyond the schema's create-only properties."""
    supports_attribute: Callable[[str], bool] = lambda _name: False
    """Attributes whose names are not fixed."""

    def has_attribute(self, name: str) -> bool:
        return name in self.attributes or self.supports_attribute(name)


def resource_type(name: str) -> ResourceType | None:
    """The registered type of that name, as ``AWS::S3::Bucket``."""
    return _types().get(name)


@cache
def _types() -> dict[str, ResourceType]:
    package = f"{__package__}.resources"
    return {
        one.type: one
        for module in _MODULES
        for one in import_module(f"{package}.{module}").RESOURCE_TYPES
    }


def physical_name(kind: ResourceType, stack_name: str, logical_id: str) -> str:
    """``<stack>-<logical id>-<random>``, shortened to what the service takes.

    See "Name type" in the user guide: CloudFormation makes a unique physical id.
    """
    alphabet = string.ascii_uppercase + string.digits
    suffix = "".join(secrets.choice(alphabet) for _ in range(_RANDOM_LENGTH))
    room = kind.max_name - _RANDOM_LENGTH - 2
    logical_id = logical_id[: max(room // 2, room - len(stack_name))]
    name = f"{stack_name[: room - len(logical_id)]}-{logical_id}-{suffix}"
    return name.lower() if kind.lower_case else name
