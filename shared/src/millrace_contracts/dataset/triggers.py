"""What starts a dataset's runs, beside its schedule."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from millrace_contracts.dataset.part import SpecPart

Upstream = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Triggers(SpecPart):
    """Events that start a run; each of them starts one, however often it is told."""

    landing_drop: bool = False
    """A file was put below ``_drop/<dataset>/`` in the landing bucket. What is read then is the
    source's word: that file, where it is of kind ``filesystem`` with the URL ``{drop}``."""
    queue: bool = False
    """A message came into the SQS queue ``millrace-<environment>-<dataset>-runs``."""
    after: tuple[Upstream, ...] = ()
    """Each of these datasets has had a run that succeeded since they last started one here."""
