"""Configuration of the service: read once, at the edge."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Environment of the view service."""

    model_config = ConfigDict(frozen=True)

    artifacts_bucket: str
    state_url: str
    workgroup: str
    refined_crawler: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the variables of the same names in capitals. Raises ValidationError."""
        return cls.model_validate({name.lower(): value for name, value in env.items()})
