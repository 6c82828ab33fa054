"""S3 key layout: the only paths services may read or write.

Every key is built and parsed here, so a prefix is spelled once in the repository. Landing, refined,
quarantine, forecast and artifacts are buckets of their own; a key is what follows the bucket.
"""

from millrace_contracts.keys.commits import CommitKey, CommittedBatchKey, commit_head_key
from millrace_contracts.keys.deployed import SpecKey, specs_prefix, view_prefix, view_registry_key
from millrace_contracts.keys.forecast import (
    ForecastPrefix,
    ModelKey,
    past_forecasts_key,
    pictures_prefix,
    scores_prefix,
)
from millrace_contracts.keys.landing import LandingKey, drop_prefix
from millrace_contracts.keys.layout import KeyMalformed, dataset_prefix
from millrace_contracts.keys.refined import QuarantinePrefix, StagingPrefix, staging_of_dataset
from millrace_contracts.keys.runs import LineageKey, ManifestKey, MessagesKey

__all__ = [
    "CommitKey",
    "CommittedBatchKey",
    "ForecastPrefix",
    "KeyMalformed",
    "LandingKey",
    "LineageKey",
    "ManifestKey",
    "MessagesKey",
    "ModelKey",
    "QuarantinePrefix",
    "SpecKey",
    "StagingPrefix",
    "commit_head_key",
    "dataset_prefix",
    "drop_prefix",
    "past_forecasts_key",
    "pictures_prefix",
    "scores_prefix",
    "specs_prefix",
    "staging_of_dataset",
    "view_prefix",
    "view_registry_key",
]
