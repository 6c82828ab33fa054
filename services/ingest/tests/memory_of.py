"""What a call may hold of a source in memory: it is measured at two sizes, and told at the end."""

from __future__ import annotations

import json

from measured import SMALLEST_LAMBDA_KIB, peak_kib
from wire import Refusal, wired

MIB = 1024 * 1024
LAND = {"action": "land", "dataset": "flights", "run_id": "r1"}
GROWTH_KIB = 8 * 1024
"""Between the sizes; what is sent differs by far more."""
BEGUN = b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
DONE = b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"

TOLD: list[str] = []
"""A line for each source that was measured."""


def _forgetting(step):
    """A bucket that takes everything and keeps nothing, so that only the worker holds memory."""
    if step.name.startswith("PUT landing"):
        return Refusal(200, b"", {"ETag": '"e"'})
    if step.name.startswith("POST landing"):
        return Refusal(200, BEGUN if step.name.endswith("?uploads") else DONE)
    return None


class Scale:
    """Lands a source in processes of their own, each with the real handler."""

    def __init__(self, cloud, libraries, mount):
        self.cloud, self.libraries, self.mount = cloud, libraries, mount

    def weigh(self, name, small, large, *, secret=None):
        """Land twice; ``small`` and ``large`` make a source and answer its spec.

        Answers the bytes that were sent of the large one.
        """
        little, light = self._land(small, secret)
        much, heavy = self._land(large, secret)
        TOLD.append(
            f"{name:<24} {light / 1024:5.0f} MiB for {little / MIB:4.0f} MiB landed,"
            f" {heavy / 1024:5.0f} MiB for {much / MIB:4.0f} MiB"
        )
        assert much - little > 2 * GROWTH_KIB * 1024
        assert max(light, heavy) < SMALLEST_LAMBDA_KIB
        assert heavy - light < GROWTH_KIB
        return much

    def _land(self, offer, secret):
        self.cloud.begin()
        if secret:
            text = json.dumps(secret)
            self.cloud.secrets.create_secret(Name="millrace/source", SecretString=text)
        self.cloud.deploy(offer())
        with wired(self.cloud.url) as wire:
            wire.before = _forgetting
            environment = self.cloud.environment(wire.url, self.mount)
            peak = peak_kib(LAND, environment | {"PYTHONPATH": self.libraries})
            puts = [step for step in wire.steps if step.name.startswith("PUT landing")]
        return sum(step.size_bytes for step in puts), peak
