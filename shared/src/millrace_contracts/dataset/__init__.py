"""The dataset spec: the model behind ``datasets/<name>/dataset.yaml``."""

from millrace_contracts.dataset.columns import Column, ColumnType
from millrace_contracts.dataset.forecasting import Forecast
from millrace_contracts.dataset.formats import CsvFormat, Format, JsonLinesFormat, ParquetFormat
from millrace_contracts.dataset.sources import FileSystemSource, Source
from millrace_contracts.dataset.spec import Dataset, OnBadRows, Owner, Write

__all__ = [
    "Column",
    "ColumnType",
    "CsvFormat",
    "Dataset",
    "FileSystemSource",
    "Forecast",
    "Format",
    "JsonLinesFormat",
    "OnBadRows",
    "Owner",
    "ParquetFormat",
    "Source",
    "Write",
]
