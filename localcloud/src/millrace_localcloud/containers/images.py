"""Which image is meant by a registry's address, or by the wheels of a job."""

from __future__ import annotations

import re

_WHEEL = re.compile(r"(?P<name>\w+)-(?P<version>\d[\w.]*)-[\w.]+-[\w.]+-[\w.]+\.whl$")


def names_of_image(uri: str) -> tuple[str, ...]:
    """Names that an image of ``<registry>/<repository>:<tag>`` may have in an engine, best first.

    One that was pulled has the whole address; one that was built here has no registry.
    """
    return (uri, uri.rsplit("/", 1)[-1]) if "/" in uri else (uri,)


def names_of_wheels(modules: str) -> tuple[str, ...]:
    """Images that stand for the wheels of ``--additional-python-modules``, in their order.

    Args:
        modules: Comma-separated, as ``s3://…/millrace_etl-0.1.0-py3-none-any.whl,…``.
    """
    found = (_WHEEL.search(module.strip()) for module in modules.split(","))
    return tuple(f"{m['name'].replace('_', '-').lower()}:{m['version']}" for m in found if m)
