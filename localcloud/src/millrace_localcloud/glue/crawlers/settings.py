"""A crawler's definition, read and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.glue.exceptions import GlueClientError

_INCREMENTAL = "CRAWL_NEW_FOLDERS_ONLY"


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """What a crawl does with what it finds."""

    update: str
    """``UPDATE_IN_DATABASE`` or ``LOG``."""
    delete: str
    """``DEPRECATE_IN_DATABASE``, ``DELETE_FROM_DATABASE`` or ``LOG``."""
    merge_new_columns: bool
    """Columns are only added to a table, none changed or removed."""
    inherit: bool
    """Partitions take their columns and SerDe from the table."""
    combine: bool
    """TableGroupingPolicy CombineCompatibleSchemas: similar columns are not asked for."""
    level: int | None
    """TableLevelConfiguration."""


def read_settings(
    policy: Mapping[str, str] | None, recrawl: Mapping[str, str] | None, configuration: str | None
) -> CrawlSettings:
    """Settings of a crawler ("Setting crawler configuration options", AWS Glue Developer Guide).

    Raises:
        GlueClientError: InvalidInputException, for what is malformed or does not work here.
    """
    policy = policy or {}
    behavior = (recrawl or {}).get("RecrawlBehavior", "CRAWL_EVERYTHING")
    if behavior == "CRAWL_EVENT_MODE":
        raise _invalid("RecrawlBehavior CRAWL_EVENT_MODE does not work in the local cloud")
    update = policy.get("UpdateBehavior", "UPDATE_IN_DATABASE")
    delete = policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE")
    if behavior == _INCREMENTAL and (policy and (update, delete) != ("LOG", "LOG")):
        raise _invalid(
            f"RecrawlBehavior {_INCREMENTAL} needs LOG as UpdateBehavior and DeleteBehavior"
        )
    output, grouping = _configuration(configuration)
    tables, partitions = output.get("Tables") or {}, output.get("Partitions") or {}
    level = grouping.get("TableLevelConfiguration")
    if level is not None and (not isinstance(level, int) or level < 1):
        raise _invalid(f"TableLevelConfiguration must be a positive number, not {level!r}")
    return CrawlSettings(
        update="LOG" if behavior == _INCREMENTAL else update,
        delete="LOG" if behavior == _INCREMENTAL else delete,
        merge_new_columns=tables.get("AddOrUpdateBehavior") == "MergeNewColumns",
        inherit=partitions.get("AddOrUpdateBehavior") == "InheritFromTable",
        combine=grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas",
        level=level,
    )


def require_s3_targets(targets: Mapping[str, Any] | None) -> None:
    """Refuse targets that are not folders of S3. Raises GlueClientError."""
    others = [kind for kind, given in (targets or {}).items() if given and kind != "S3Targets"]
    if others:
        raise _invalid(f"{', '.join(sorted(others))}: the local cloud crawls S3Targets alone")
    if not (targets or {}).get("S3Targets"):
        raise _invalid("Crawler has no targets")


def _configuration(text: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        found = json.loads(text) if text else {}
    except ValueError as exc:
        raise _invalid(f"Configuration is not JSON: {exc}") from exc
    if not isinstance(found, dict):
        raise _invalid("Configuration is not a JSON object")
    return found.get("CrawlerOutput") or {}, found.get("Grouping") or {}


def _invalid(message: str) -> GlueClientError:
    return GlueClientError("InvalidInputException", message)
