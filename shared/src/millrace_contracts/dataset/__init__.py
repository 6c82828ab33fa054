"""The dataset spec: the model behind ``datasets/<name>/dataset.yaml``."""

from millrace_contracts.dataset.columns import (
    Column,
    ColumnType,
    Reference,
    RefinedColumn,
    RuledColumn,
)
from millrace_contracts.dataset.expectations import Expectations
from millrace_contracts.dataset.forecasting import Forecast, Retrain
from millrace_contracts.dataset.formats import (
    AvroFormat,
    CsvFormat,
    ExcelFormat,
    FixedWidthFormat,
    Format,
    JsonArrayFormat,
    JsonLinesFormat,
    ParquetFormat,
    XmlFormat,
)
from millrace_contracts.dataset.sources import (
    ApiSource,
    FileSystemSource,
    FtpSource,
    QueueBatch,
    QueueSource,
    Source,
    SqlSource,
)
from millrace_contracts.dataset.spec import BadRowPolicy, Dataset, OnBadRows, Owner, Write
from millrace_contracts.dataset.triggers import Triggers

__all__ = [
    "ApiSource",
    "AvroFormat",
    "BadRowPolicy",
    "Column",
    "ColumnType",
    "CsvFormat",
    "Dataset",
    "ExcelFormat",
    "Expectations",
    "FileSystemSource",
    "FixedWidthFormat",
    "Forecast",
    "Format",
    "FtpSource",
    "JsonArrayFormat",
    "JsonLinesFormat",
    "OnBadRows",
    "Owner",
    "ParquetFormat",
    "QueueBatch",
    "QueueSource",
    "Reference",
    "RefinedColumn",
    "Retrain",
    "RuledColumn",
    "Source",
    "SqlSource",
    "Triggers",
    "Write",
    "XmlFormat",
]
