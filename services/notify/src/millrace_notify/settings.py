"""Configuration of the service: read once, at the edge."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Environment of the notify service."""

    model_config = ConfigDict(frozen=True)

    topic_arn: str
    state_url: str
    artifacts_bucket: str
    environment: str = "local"
    """Name of the deployment."""
    webhook_secret: str = ""
    """Name of the secret that holds the webhooks' URLs; empty for none."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the variables of the same names in capitals. Raises ValidationError."""
        return cls.model_validate({name.lower(): value for name, value in env.items()})
