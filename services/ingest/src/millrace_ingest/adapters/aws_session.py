"""A botocore session that keeps only what is used of AWS's descriptions of its services.

botocore parses them into ordered dictionaries and holds them for as long as a client lives: the
endpoints of some 400 services alone take 7 MiB. Its loader takes another parser (botocore,
"loaders", file_loader).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session, get_session

_USED = ("dynamodb", "s3", "secretsmanager", "sqs", "ssm", "sts")
"""Services whose endpoints are kept; any other's follow their partition's pattern."""
_OPENED: Mapping[str, Any] = {".json": open, ".json.gz": gzip.open}


def open_session() -> Session:
    """A session whose clients hold less memory, and are otherwise as any other's."""
    session = get_session()
    session.register_component("data_loader", Loader(file_loader=_UsedDescriptions()))
    return session


class _UsedDescriptions(JSONFileLoader):
    def load_file(self, file_path: str) -> dict[str, Any] | None:
        for ending, opened in _OPENED.items():
            if Path(file_path + ending).is_file():
                with opened(file_path + ending, "rb") as file:
                    described = json.load(file, object_hook=_without_text)
                return _with_used_endpoints(described)
        return None


def _without_text(described: dict[str, Any]) -> dict[str, Any]:
    if isinstance(described.get("documentation"), str):
        described["documentation"] = ""
    return described


def _with_used_endpoints(described: dict[str, Any]) -> dict[str, Any]:
    for partition in described.get("partitions", ()):
        services = partition.get("services", {})
        if services:
            partition["services"] = {name: services[name] for name in _USED if name in services}
    return described
