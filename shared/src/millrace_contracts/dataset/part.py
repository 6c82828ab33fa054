"""Base of every part of a dataset spec."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class SpecPart(BaseModel):
    """A mapping in ``dataset.yaml``: immutable, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
