"""AWS's service models, each read once.

boto3's clients, moto's answers and this cloud's checks have loaders of their own; each would parse
the same files of up to some megabytes again.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader

from millrace_localcloud.seams import replace_attribute


def install() -> None:
    """Let every loader of this process share what one has read."""
    read = cache(JSONFileLoader().load_file)

    def load_file(_loader: JSONFileLoader, file_path: str) -> Any:
        return read(file_path)

    replace_attribute(JSONFileLoader, "load_file", load_file)
