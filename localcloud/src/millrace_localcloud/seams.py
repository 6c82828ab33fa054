"""The two places where moto lets itself be replaced, and checks that they still exist.

A backend class is replaced in its ``BackendDict``, which makes instances lazily and which every
in-process caller shares; a responses class is replaced in ``urls.url_paths``, which is read when
the first request arrives. Both must happen before the first request.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any


class SeamMissing(RuntimeError):
    """moto no longer has the place that is replaced: the pinned version was changed."""


def replace_backend(service: str, dict_name: str, backend: type[Any]) -> Any:
    """Make moto use ``backend`` for ``service``; answers its BackendDict.

    Args:
        service: moto's package name, as ``glue`` or ``awslambda``.
        dict_name: Name of the BackendDict in ``moto.<service>.models``.
        backend: Subclass of the backend it replaces.
    """
    models = import_module(f"moto.{service}.models")
    backends = getattr(models, dict_name, None)
    if backends is None or not issubclass(backend, backends.backend):
        raise SeamMissing(f"moto.{service}.models.{dict_name}")
    if dict.__len__(backends):
        raise SeamMissing(f"moto.{service} has served a request before it was replaced")
    # BaseBackend finds its urls from the module its class stands in; ours stands elsewhere.
    backend._url_module = property(lambda self: import_module(f"moto.{service}.urls"))
    backends.backend = backend
    return backends


def replace_responses(service: str, original: type[Any], responses: type[Any]) -> None:
    """Route every URL that a method of ``original`` served to that method of ``responses``."""
    paths = import_module(f"moto.{service}.urls").url_paths
    replaced = 0
    for pattern, handler in paths.items():
        if getattr(handler, "__self__", None) is original:
            paths[pattern] = getattr(responses, handler.__name__)
            replaced += 1
    if not replaced:
        raise SeamMissing(f"moto.{service}.urls routes nothing to {original.__name__}")


def replace_attribute(owner: Any, name: str, value: Any) -> Any:
    """Replace an attribute that exists; answers the one it had."""
    if not hasattr(owner, name):
        raise SeamMissing(f"{owner!r} has no {name}")
    before = getattr(owner, name)
    setattr(owner, name, value)
    return before


def leave_out(name: str, *names: str) -> None:
    """Let ``import name`` find a module that holds nothing but placeholders.

    For a part of moto that is replaced whole or not offered, and whose imports cost more than all
    that is used.

    Args:
        name: Full name of the module, not imported yet.
        names: What other modules of moto import from it; each is a class of no use.
    """
    root = find_spec("moto")
    assert root is not None
    assert root.submodule_search_locations is not None
    source = Path(root.submodule_search_locations[0], *name.split(".")[1:])
    if name in sys.modules or not (source.is_dir() or source.with_suffix(".py").exists()):
        raise SeamMissing(name)
    module = ModuleType(name, "Left out by the local cloud.")
    for each in names:
        setattr(module, each, type(each, (), {}))
    sys.modules[name] = module
