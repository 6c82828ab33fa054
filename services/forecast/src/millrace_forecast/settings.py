"""Configuration of the service: read once, at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Environment of a training or processing container."""

    model_config = ConfigDict(frozen=True)

    sagemaker_base_dir: Path = Path("/opt/ml")
    """Root of the container's folders; the local cloud gives each job its own."""
    run_id: str = "manual"
    model_version: str = "manual"
    issued_on: date | None = None
    """Day that the forecast is issued under; None is today, UTC."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read ``SAGEMAKER_BASE_DIR``, ``RUN_ID``, ``MODEL_VERSION``, ``ISSUED_ON``."""
        return cls.model_validate({name.lower(): value for name, value in env.items()})
