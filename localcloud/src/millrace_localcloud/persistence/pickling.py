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
from typing import TYPE_CHECKING, Any

from cloudpickle import Pickler
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend

from millrace_localcloud.environments import Environments
from millrace_localcloud.faults import Faults
from millrace_localcloud.processes import Child, ChildProcesses

if TYPE_CHECKING:
    from millrace_localcloud.cloud import Cloud

Place = tuple[str, str, str, str]
"""Of a backend: module and name of its table, account and region."""
Backends = dict[Place, Any]

_HOLD_S = 60.0
"""Longer than any dump: no other thread runs Python in the middle of one."""

_cloud: Cloud | None = None
_dumping = threading.Lock()
"""The switch interval is the process's: two dumps at once would not find the one to go back to."""
_loading = threading.Lock()
_loaded: Backends = {}
"""Backends of the state that is being loaded, so that each reference finds the same one."""


def bind(cloud: Cloud) -> None:
    """Make ``cloud`` the one that restored state refers to."""
    global _cloud
    _cloud = cloud
    _REDUCERS[type(cloud)] = lambda _cloud: (_this_cloud, ())
    _reducer_of.cache_clear()


def dump(backends: Backends, *, alone: bool = False) -> bytes:
    """Pickle what ``backends`` hold at one moment. Raises whatever a member's pickling does.

    A backend that another one refers to is not part of it: the reference is its place.

    Args:
        backends: What to pickle.
        alone: Let objects that have a ``reduce_alone`` reduce themselves by it: what is written
            elsewhere between two snapshots.
    """
    out = io.BytesIO()
    with _dumping:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_HOLD_S)
        try:
            states = {place: dict(vars(backend)) for place, backend in backends.items()}
            (_AlonePickler if alone else _StatePickler)(out, protocol=5).dump(states)
        finally:
            sys.setswitchinterval(interval)
    return out.getvalue()


def load(payload: bytes, *later: bytes) -> Backends:
    """Undo ``dump``; of a backend that is in several, the last counts. Installs nothing."""
    with _loading:
        _loaded.clear()
        for place, state in pickle.loads(payload).items():
            vars(_backend_at(*place)).update(state)
        for each in later:
            for place, state in pickle.loads(each).items():
                _take(_backend_at(*place), state)
        return dict(_loaded)


def live_backends() -> Backends:
    """The backends that have been used."""
    return {
        (*_place(table), account, region): backend
        for table in list(BackendDict._instances)
        for account, regions in list(dict.items(table))
        for region, backend in list(dict.items(regions))
    }


def places_of(service: str) -> list[Place]:
    """Where the backends of one service stand that have been used."""
    return [
        (*_place(table), account, region)
        for table in list(BackendDict._instances)
        if table.service_name == service
        for account, regions in list(dict.items(table))
        for region in list(dict.keys(regions))
    ]


def live_backend(place: Place) -> Any:
    """The backend of a place; None when it has not been used."""
    module, name, account, region = place
    regions: Any = dict.get(_table(module, name), account)
    return None if regions is None else dict.get(regions, region)


@cache
def place_of(regions: Any, region: str) -> Place:
    """Where a backend of one account stands."""
    return (*_account_place(regions), region)


def put_live(backends: Backends) -> None:
    """Make ``backends`` the ones that moto uses."""
    for (module, name, account, region), backend in backends.items():
        dict.__setitem__(_table(module, name)[account], region, backend)


def _take(backend: Any, state: dict[str, Any]) -> None:
    take: Any = getattr(backend, "take_state_alone", vars(backend).update)
    take(state)


def _backend_at(module: str, name: str, account: str, region: str) -> Any:
    place = module, name, account, region
    if place not in _loaded:
        kind: Any = _table(module, name).backend
        _loaded[place] = kind.__new__(kind)
    return _loaded[place]


def _reduce_backend(backend: Any) -> Any:
    for table in list(BackendDict._instances):
        for account, regions in list(dict.items(table)):
            for region, found in list(dict.items(regions)):
                if found is backend:
                    return _backend_at, (*_place(table), account, region)
    return NotImplemented


class _StatePickler(Pickler):
    def reducer_override(self, found: Any) -> Any:
        kind: Any = type(found)
        reduce = _reducer_of(kind)
        return reduce(found) if reduce else super().reducer_override(found)


class _AlonePickler(_StatePickler):
    def reducer_override(self, found: Any) -> Any:
        if hasattr(type(found), "reduce_alone"):
            return found.reduce_alone()
        return super().reducer_override(found)


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


@cache
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
    ChildProcesses: lambda _children: (_this_cloud, ("children",)),
    Environments: lambda _environments: (_this_cloud, ("environments",)),
    Faults: lambda _faults: (_this_cloud, ("faults",)),
    BackendDict: lambda table: (_table, _place(table)),
    BaseBackend: _reduce_backend,
    AccountSpecificBackend: lambda regions: (_account, _account_place(regions)),
    weakref.WeakValueDictionary: lambda kept: (weakref.WeakValueDictionary, (dict(kept),)),
    _private_key_types(): _reduce_private_key,
}
