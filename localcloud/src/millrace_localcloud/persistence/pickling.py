"""Pickle every moto backend in one graph, so that what they share stays shared.

What belongs to the process is left out or made anew: locks, threads, children, this cloud itself
and moto's tables of backends.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from cloudpickle import Pickler
from moto.core.base_backend import AccountSpecificBackend, BackendDict

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.environments import Environments
from millrace_localcloud.faults import Faults
from millrace_localcloud.processes import Child, ChildProcesses

Backends = dict[tuple[str, str, str, str], Any]
"""By module and name of the backend table, account and region."""

_HOLD_S = 60.0
"""Longer than any dump: no other thread runs Python in the middle of one."""

_cloud: Cloud | None = None


def bind(cloud: Cloud) -> None:
    """Make ``cloud`` the one that restored state refers to."""
    global _cloud
    _cloud = cloud


def dump(backends: Backends) -> bytes:
    """Pickle ``backends`` as they are at one moment. Raises whatever a member's pickling does."""
    out = io.BytesIO()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_HOLD_S)
    try:
        _StatePickler(out, protocol=5).dump(backends)
    finally:
        sys.setswitchinterval(interval)
    return out.getvalue()


def load(payload: bytes) -> Backends:
    """Undo ``dump``; installs nothing."""
    backends: Backends = pickle.loads(payload)
    return backends


def live_backends() -> Backends:
    """The backends that have been used."""
    return {
        (*_place(table), account, region): backend
        for table in list(BackendDict._instances)
        for account, regions in list(dict.items(table))
        for region, backend in list(dict.items(regions))
    }


def put_live(backends: Backends) -> None:
    """Make ``backends`` the ones that moto uses."""
    for (module, name, account, region), backend in backends.items():
        dict.__setitem__(_table(module, name)[account], region, backend)


class _StatePickler(Pickler):
    def reducer_override(self, found: Any) -> Any:
        kind: Any = type(found)
        reduce = _reducer_of(kind)
        return reduce(found) if reduce else super().reducer_override(found)


@cache
def _reducer_of(kind: type[Any]) -> Callable[[Any], Any] | None:
    if kind in (threading.Thread, threading.Timer):
        return lambda _thread: (_nothing, ())
    found = next((reduce for base, reduce in _REDUCERS.items() if issubclass(kind, base)), None)
    return found or (_reduce_dict if _is_plain_dict(kind) else None)


def _is_plain_dict(kind: type[Any]) -> bool:
    """A subclass of dict that leaves its pickling to dict, whose way calls the subclass."""
    return (
        issubclass(kind, dict)
        and kind not in (dict, defaultdict)
        and kind.__reduce__ in (object.__reduce__, defaultdict.__reduce__)
        and kind.__reduce_ex__ is object.__reduce_ex__
    )


def _reduce_dict(found: Any) -> Any:
    factory = getattr(found, "default_factory", None)
    state = (factory, dict(vars(found)), dict(dict.items(found)))
    return _new_dict, (type(found),), state, None, None, _fill_dict


def _new_dict(kind: Any) -> Any:
    return kind.__new__(kind)


def _fill_dict(found: Any, state: tuple[Any, dict[str, Any], dict[Any, Any]]) -> None:
    factory, attributes, items = state
    if factory is not None:
        found.default_factory = factory
    vars(found).update(attributes)
    dict.update(found, items)


def _place(table: Any) -> tuple[str, str]:
    """Module and name under which a table of backends is found again."""
    for owner in table.backend.__mro__:
        for name, value in vars(sys.modules[owner.__module__]).items():
            if value is table:
                return owner.__module__, name
    raise pickle.PicklingError(f"no module of moto names the backends of {table.service_name}")


def _table(module: str, name: str) -> Any:
    __import__(module)
    return getattr(sys.modules[module], name)


def _account(module: str, name: str, account: str) -> Any:
    return _table(module, name)[account]


def _account_place(regions: Any) -> tuple[str, str, str]:
    for table in list(BackendDict._instances):
        found: Any = dict.get(table, regions.account_id)
        if found is regions:
            return (*_place(table), regions.account_id)
    raise pickle.PicklingError(f"backends of account {regions.account_id} are in no table")


def _this_cloud(part: str = "") -> Any:
    return getattr(_cloud, part) if part else _cloud


def _nothing() -> None:
    return None


def _event(is_set: bool) -> threading.Event:
    event = threading.Event()
    if is_set:
        event.set()
    return event


def _private_key(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem, None)


def _reduce_private_key(key: Any) -> Any:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return _private_key, (key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),)


def _private_key_types() -> tuple[type[Any], ...]:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    return RSAPrivateKey, EllipticCurvePrivateKey


_REDUCERS: dict[Any, Callable[[Any], Any]] = {
    type(threading.Lock()): lambda _lock: (threading.Lock, ()),
    type(threading.RLock()): lambda _lock: (threading.RLock, ()),
    threading.Event: lambda event: (_event, (event.is_set(),)),
    threading.Condition: lambda _condition: (threading.Condition, ()),
    (subprocess.Popen, Child): lambda _process: (_nothing, ()),
    Cloud: lambda _cloud: (_this_cloud, ()),
    ChildProcesses: lambda _children: (_this_cloud, ("children",)),
    Environments: lambda _environments: (_this_cloud, ("environments",)),
    Faults: lambda _faults: (_this_cloud, ("faults",)),
    BackendDict: lambda table: (_table, _place(table)),
    AccountSpecificBackend: lambda regions: (_account, _account_place(regions)),
    weakref.WeakValueDictionary: lambda kept: (weakref.WeakValueDictionary, (dict(kept),)),
    _private_key_types(): _reduce_private_key,
}
