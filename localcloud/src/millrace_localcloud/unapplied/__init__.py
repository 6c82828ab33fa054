"""What moto takes and does nothing with: refused by name before anything is done.

``refused.toml`` names the operations behind which nothing would run and the parameters that would
change nothing. ``tests/limits/test_unapplied.py`` looks for more in moto's source.
"""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_attribute


def install(_cloud: Cloud) -> None:
    """Look at each request before moto does."""
    from moto.core.responses import BaseResponse

    from millrace_localcloud.unapplied.check import make_call_action

    replace_attribute(BaseResponse, "call_action", make_call_action(BaseResponse.call_action))
