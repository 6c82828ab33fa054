"""Configuration of the service: read once, at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Environment of a training or processing container."""

    model_config = ConfigDict(frozen=True)

    sagemaker_base_dir: Path = Path("/opt/ml")
    """Root of the container's folders; the local cloud gives each job its own."""
    run_id: str = "manual"
    model_version: str = "manual"
    issued_on: date | None = None
    """Day that the forecast is issued under; None is today, UTC."""
    predict_budget_s: float = Field(default=3600.0, gt=0)
    """Seconds after which the series that are left are forecast by seasonal naive."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read each field from the variable of its name in capitals."""
        return cls.model_validate({name.lower(): value for name, value in env.items()})
