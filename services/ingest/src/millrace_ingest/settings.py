"""Configuration of the service: read once, at the edge."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Environment of the ingest service."""

    model_config = ConfigDict(frozen=True)

    landing_bucket: str
    artifacts_bucket: str
    state_url: str
    sources_mount: str = "/mnt/sources"
    """What ``{mount}`` in a source's URL stands for."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the variables of the same names in capitals. Raises ValidationError."""
        return cls.model_validate({name.lower(): value for name, value in env.items()})
