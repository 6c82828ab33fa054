"""The contract between services: S3 keys, events, the dataset spec and run state."""

from millrace_contracts.dataset import Dataset
from millrace_contracts.events import (
    BatchLanded,
    DatasetRefined,
    ExpectationMissed,
    ForecastReady,
    RunRecovered,
    RunSucceeded,
    StageFailed,
    ViewsReady,
)
from millrace_contracts.keys import (
    CommitKey,
    CommittedBatchKey,
    ForecastPrefix,
    LandingKey,
    LineageKey,
    ManifestKey,
    ModelKey,
    QuarantinePrefix,
    SpecKey,
    StagingPrefix,
    commit_head_key,
    dataset_prefix,
    staging_of_dataset,
    view_prefix,
)
from millrace_contracts.manifest import Manifest, ManifestFile

__all__ = [
    "BatchLanded",
    "CommitKey",
    "CommittedBatchKey",
    "Dataset",
    "DatasetRefined",
    "ExpectationMissed",
    "ForecastPrefix",
    "ForecastReady",
    "LandingKey",
    "LineageKey",
    "Manifest",
    "ManifestFile",
    "ManifestKey",
    "ModelKey",
    "QuarantinePrefix",
    "RunRecovered",
    "RunSucceeded",
    "SpecKey",
    "StageFailed",
    "StagingPrefix",
    "ViewsReady",
    "commit_head_key",
    "dataset_prefix",
    "staging_of_dataset",
    "view_prefix",
]
