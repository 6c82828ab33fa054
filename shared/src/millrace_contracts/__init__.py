"""The contract between services: S3 keys, events, the dataset spec and run state."""

from millrace_contracts.dataset import Dataset
from millrace_contracts.events import (
    BatchLanded,
    DatasetRefined,
    ForecastReady,
    RunSucceeded,
    StageFailed,
    ViewsReady,
)
from millrace_contracts.keys import (
    ForecastPrefix,
    LandingKey,
    ManifestKey,
    ModelKey,
    QuarantinePrefix,
    SpecKey,
    dataset_prefix,
    view_prefix,
)
from millrace_contracts.manifest import Manifest, ManifestFile

__all__ = [
    "BatchLanded",
    "Dataset",
    "DatasetRefined",
    "ForecastPrefix",
    "ForecastReady",
    "LandingKey",
    "Manifest",
    "ManifestFile",
    "ManifestKey",
    "ModelKey",
    "QuarantinePrefix",
    "RunSucceeded",
    "SpecKey",
    "StageFailed",
    "ViewsReady",
    "dataset_prefix",
    "view_prefix",
]
