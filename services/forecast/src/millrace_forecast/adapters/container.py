"""Ports on the folders of a SageMaker container.

Amazon SageMaker AI Developer Guide, "How Amazon SageMaker Processing Configures Input and Output
For Your Processing Container" and "How Amazon SageMaker AI Provides Training Information".
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq
from pydantic import ValidationError

from millrace_contracts import Dataset
from millrace_contracts.dataset import Forecast
from millrace_forecast.errors import HistoryUnusable, InputMissing, ModelRefused, TerminalError

_MOST_MEMBER_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FolderInputs:
    """Channels ``spec`` and ``refined`` below one folder."""

    folder: Path

    def spec(self) -> Dataset:
        file = self.folder / "spec" / "dataset.json"
        try:
            return Dataset.model_validate_json(file.read_bytes())
        except FileNotFoundError as exc:
            raise InputMissing(f"channel spec holds no {file.name}") from exc
        except ValidationError as exc:
            first = exc.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise TerminalError(f"{file.name}: {place}: {first['msg']}") from exc

    def daily_rows(self, declared: Forecast) -> Sequence[tuple[Any, ...]]:
        folder = self.folder / "refined"
        if not any(folder.rglob("*.parquet")):
            raise InputMissing("channel refined holds no Parquet file")
        table = pads.dataset(folder, format="parquet", partitioning="hive")
        summed = getattr(declared.target, "sum", None)
        known = list(declared.known_ahead)
        wanted = [*declared.series, declared.time, *([summed] if summed else []), *known]
        missing = [name for name in wanted if name not in table.schema.names]
        if missing:
            raise HistoryUnusable(
                f"the refined table has no column {', '.join(missing)}; "
                f"it has {', '.join(table.schema.names)}"
            )
        value = (summed, "sum") if summed else ([], "count_all")
        rows = table.to_table(columns=wanted)
        days = pc.cast(rows[declared.time], pa.date32())
        rows = rows.set_column(wanted.index(declared.time), declared.time, days)
        for column in known:
            rows = rows.set_column(wanted.index(column), column, _as_numbers(rows[column], column))
        totals = rows.group_by([*declared.series, declared.time]).aggregate(
            [value, *((column, "mean") for column in known)]
        )
        name = f"{summed}_sum" if summed else "count_all"
        names = (*declared.series, declared.time, name, *(f"{column}_mean" for column in known))
        columns = [totals[column].to_pylist() for column in names]
        return list(zip(*columns, strict=True))


def _as_numbers(values: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = values.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        if not pa.types.is_boolean(kind):
            raise HistoryUnusable(f"column {name}, known ahead, is {kind}, not a number")
        values = pc.cast(values, pa.int8())
    return pc.cast(values, pa.float64())


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The folder that a training job's model is taken from: SageMaker archives it."""

    folder: Path

    def save(self, files: dict[str, bytes]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, body in files.items():
            (self.folder / name).write_bytes(body)

    def load(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.folder.iterdir() if file.is_file()}


@dataclass(frozen=True, slots=True)
class ModelArchive:
    """``model.tar.gz`` as a channel of a processing job; read without unpacking."""

    folder: Path

    def save(self, files: dict[str, bytes]) -> None:
        raise TerminalError("a processing job does not save models")

    def load(self) -> dict[str, bytes]:
        archive = self.folder / "model.tar.gz"
        if not archive.exists():
            raise InputMissing(f"channel model holds no {archive.name}")
        try:
            with tarfile.open(archive, "r:gz") as tar:
                return {
                    Path(member.name).name: _read_member(tar, member)
                    for member in tar
                    if member.isfile()
                }
        except (tarfile.TarError, EOFError, OSError) as exc:
            raise ModelRefused(f"{archive.name} is corrupt: {exc}") from exc


def _read_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > _MOST_MEMBER_BYTES:
        raise ModelRefused(f"{member.name} has {member.size} bytes, more than any model of ours")
    opened = tar.extractfile(member)
    assert opened is not None
    return opened.read()


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """The folder whose content SageMaker uploads below the dataset's forecasts."""

    folder: Path
    host: int
    """Position of this instance among the job's, so that instances do not overwrite each other."""

    def write(self, prefix: str, table: pa.Table) -> None:
        # The job's output URI is the dataset's prefix; what is below it is ours.
        _write(self.folder / prefix.split("/", 1)[1], f"part-{self.host:05d}.parquet", table)


def _write(folder: Path, name: str, table: pa.Table) -> None:
    """Under a hidden name first: a job that is stopped leaves no half of a file to upload."""
    folder.mkdir(parents=True, exist_ok=True)
    hidden = folder / f".{name}"
    pq.write_table(table, hidden, compression="zstd")
    hidden.replace(folder / name)


@dataclass(frozen=True, slots=True)
class ForecastFolder:
    """Channel ``forecast``: the dataset's prefix of the forecast bucket."""

    folder: Path

    def tables(self) -> Iterator[tuple[date, pa.Table]]:
        for part in sorted(self.folder.glob("issued_on=*")):
            issued_on = date.fromisoformat(part.name.partition("=")[2])
            yield issued_on, pads.dataset(part, format="parquet").to_table()


@dataclass(frozen=True, slots=True)
class ScoreFolder:
    """The folder whose content SageMaker uploads as the dataset's scores."""

    folder: Path

    def write_scores(self, issued_on: date, table: pa.Table) -> None:
        # Runs of one day may each issue a forecast: the later ones replace it, not how it was.
        name = f"part-{table['forecast_from'][0].as_py():%Y%m%d}.parquet"
        _write(self.folder / f"issued_on={issued_on.isoformat()}", name, table)


@dataclass(frozen=True, slots=True)
class PageFolder:
    """The folder whose content SageMaker uploads as the dataset's pictures."""

    folder: Path

    def write_page(self, name: str, html: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(html, encoding="utf-8")

    def write_picture(self, name: str, png: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(png)
