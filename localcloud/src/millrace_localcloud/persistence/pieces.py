"""Objects of which there may be thousands, each pickled again only after it has changed."""

from __future__ import annotations

import pickle
from typing import Any

_PICKLED = "_pickled"


def install() -> None:
    """Let the messages of queues and the partitions of tables be pickled so."""
    from moto.glue.models import FakePartition
    from moto.sqs.models import Message

    for kind in (Message, FakePartition):
        _make_piece(kind)


def _make_piece(kind: Any) -> None:
    kind.__setattr__ = _set_and_forget
    kind.__reduce_ex__ = _reduce


def _set_and_forget(piece: Any, name: str, value: Any) -> None:
    piece.__dict__.pop(_PICKLED, None)
    object.__setattr__(piece, name, value)


def _reduce(piece: Any, _protocol: Any) -> Any:
    pickled = piece.__dict__.get(_PICKLED)
    if pickled is None:
        pickled = pickle.dumps(piece.__dict__, protocol=5)
        piece.__dict__[_PICKLED] = pickled
    return _piece, (type(piece), pickled)


def _piece(kind: Any, pickled: bytes) -> Any:
    piece = kind.__new__(kind)
    piece.__dict__.update(pickle.loads(pickled))
    return piece
