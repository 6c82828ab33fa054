"""Arguments of the job: read once, at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from millrace_etl.errors import ArgumentsRefused

_GLUE_ARGUMENTS = frozenset(
    {
        "job-bookmark-option",
        "job-bookmark-from",
        "job-bookmark-to",
        "job-language",
        "job_id",
        "job_name",
        "job_run_id",
        "security_configuration",
        "tempdir",
        "enable-auto-scaling",
        "enable-continuous-cloudwatch-log",
        "enable-continuous-log-filter",
        "continuous-log-loggroup",
        "enable-glue-datacatalog",
        "enable-job-insights",
        "enable-metrics",
        "enable-observability-metrics",
        "enable-s3-parquet-optimized-committer",
        "enable-spark-ui",
        "encryption-type",
        "redshifttempdir",
        "spark-event-logs-path",
    }
)
"""Arguments that Glue adds or passes on ("Using job parameters in AWS Glue jobs")."""
_GLUE_PREFIXES = (
    "additional-python-modules",
    "python-modules-installer",
    "extra-",
    "conf",
    "glue_",
)


class Settings(BaseModel):
    """What one run is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    run_id: str
    mode: Literal["refine", "compact", "replay"] = "refine"
    """``refine`` a manifest, ``compact`` the table's small files, ``replay`` quarantined rows."""
    manifest_bucket: str = ""
    manifest_key: str = ""
    """Needed to refine."""
    replay_run_id: str = ""
    """Run whose quarantined rows are replayed."""
    landing_bucket: str
    refined_bucket: str
    quarantine_bucket: str
    artifacts_bucket: str
    state_url: str
    pii_secret: str = ""
    """Name or ARN of the secret that hashes of personal data are salted with."""
    job_run_id: str = ""

    @model_validator(mode="after")
    def _mode_has_what_it_needs(self) -> Self:
        needed = {"refine": ("manifest_bucket", "manifest_key"), "replay": ("replay_run_id",)}
        for name in needed.get(self.mode, ()):
            if not getattr(self, name):
                raise PydanticCustomError("missing", "{name}: Field required", {"name": name})
        return self

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Self:
        """Read ``--name value`` and ``--name=value``; Glue's own arguments are passed over.

        Raises:
            ArgumentsRefused: Names what is missing or unknown.
        """
        given = _pairs(arguments)
        own = {name: value for name, value in given.items() if not _is_glues(name)}
        job_run_id = given.get("JOB_RUN_ID", "")
        try:
            return cls.model_validate(own | {"job_run_id": job_run_id})
        except ValidationError as exc:
            problems = [
                f"--{': '.join(map(str, (*error['loc'], error['msg'])))}" for error in exc.errors()
            ]
            raise ArgumentsRefused("; ".join(problems)) from exc


def _pairs(arguments: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    position = 0
    while position < len(arguments):
        name, equals, value = arguments[position].partition("=")
        if not name.startswith("--"):
            raise ArgumentsRefused(f"{name!r}: an argument is --name value")
        position += 1
        if not equals and position < len(arguments) and not arguments[position].startswith("--"):
            value = arguments[position]
            position += 1
        pairs[name.removeprefix("--")] = value
    return pairs


def _is_glues(name: str) -> bool:
    lowered = name.lower()
    return lowered in _GLUE_ARGUMENTS or lowered.startswith(_GLUE_PREFIXES)
