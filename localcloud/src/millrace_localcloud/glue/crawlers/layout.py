"""Find the tables and their partitions in the folders of a target."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from millrace_localcloud.glue.crawlers.listing import CrawledObject

_HIVE = re.compile(r"(?P<name>[^=]+)=(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Partition:
    """One folder of a partitioned table."""

    values: tuple[str, ...]
    location: str
    objects: tuple[CrawledObject, ...]


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table: a folder, or a single object."""

    name: str
    location: str
    objects: tuple[CrawledObject, ...]
    partition_keys: tuple[str, ...] = ()
    partitions: tuple[Partition, ...] = ()
    skipped: tuple[CrawledObject, ...] = ()
    """Objects at another depth than the table's partitions."""


def find_tables(
    objects: Sequence[CrawledObject],
    *,
    include: tuple[str, ...],
    level: int | None,
    alike: Callable[[Sequence[CrawledObject]], bool],
) -> list[TableLayout]:
    """Divide the objects of one target into tables.

    Args:
        objects: Every object of the target.
        include: Bucket and folders of the include path.
        level: TableLevelConfiguration: the folders at this level are the tables, 1 being the
            bucket. None lets the crawler find them.
        alike: Whether one object of each of several folders have the same kind of records.
    """
    if not objects:
        return []
    if level is None:
        return _descend(include, objects, alike)
    by_folder: dict[tuple[str, ...], list[CrawledObject]] = {}
    for item in objects:
        if len(item.folders) >= level:
            by_folder.setdefault(item.folders[:level], []).append(item)
    return [_table(folder, items) for folder, items in sorted(by_folder.items())]


def _descend(
    folder: tuple[str, ...],
    objects: Sequence[CrawledObject],
    alike: Callable[[Sequence[CrawledObject]], bool],
) -> list[TableLayout]:
    children: dict[str, list[CrawledObject]] = {}
    for item in objects:
        if len(item.folders) <= len(folder):
            return [_table(folder, objects)]
        children.setdefault(item.folders[len(folder)], []).append(item)
    samples = [items[0] for items in children.values()]
    hive = all(_HIVE.fullmatch(name) for name in children)
    if hive or (len(children) > 1 and alike(samples)):
        return [_table(folder, objects)]
    tables = []
    for name, items in sorted(children.items()):
        tables += _descend((*folder, name), items, alike)
    return tables


def _table(folder: tuple[str, ...], objects: Sequence[CrawledObject]) -> TableLayout:
    name = table_name(folder[-1])
    depths = Counter(len(item.folders) - len(folder) for item in objects)
    depth = max(depths, key=lambda found: (depths[found], found))
    kept = tuple(item for item in objects if len(item.folders) - len(folder) == depth)
    skipped = tuple(item for item in objects if len(item.folders) - len(folder) != depth)
    location = f"s3://{'/'.join(folder)}/"
    if depth <= 0:
        return TableLayout(name, location, kept, skipped=skipped)
    by_folders: dict[tuple[str, ...], list[CrawledObject]] = {}
    for item in kept:
        by_folders.setdefault(item.folders[len(folder) :], []).append(item)
    keys = tuple(_key(index, {path[index] for path in by_folders}) for index in range(depth))
    partitions = tuple(
        Partition(
            values=tuple(_value(key, part) for key, part in zip(keys, path, strict=True)),
            location=f"{location}{'/'.join(path)}/",
            objects=tuple(items),
        )
        for path, items in sorted(by_folders.items())
    )
    return TableLayout(name, location, kept, keys, partitions, skipped)


def _key(index: int, parts: set[str]) -> str:
    """``name`` when every folder of the level is ``name=…``, else ``partition_<index>``."""
    names = {match["name"] if (match := _HIVE.fullmatch(part)) else "" for part in parts}
    name = names.pop() if len(names) == 1 else ""
    return name.lower() or f"partition_{index}"


def _value(key: str, part: str) -> str:
    match = _HIVE.fullmatch(part)
    return match["value"] if match and match["name"].lower() == key else part


def table_name(folder: str) -> str:
    """A folder's name as a table's: lower case, with ``_`` for what Athena does not take."""
    return re.sub(r"[^a-z0-9_]", "_", folder.lower())
