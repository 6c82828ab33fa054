"""A model as the files of its archive: the card as JSON, the boosted part as LightGBM's text.

Nothing is unpickled, so that an archive cannot run code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydantic import ValidationError

from millrace_forecast.boosting import Boosted
from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ModelRefused
from millrace_forecast.model import Model

CARD = "card.json"
_BOOSTED = ("correction.txt", "spread.txt")


def boosted_files(boosted: Boosted | None) -> dict[str, bytes]:
    """The files of the boosted part, if there is one."""
    if boosted is None:
        return {}
    texts = (boosted.correction, boosted.spread)
    return {name: text.encode() for name, text in zip(_BOOSTED, texts, strict=True)}


def hash_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 by name."""
    return {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())}


def read_card(files: Mapping[str, bytes]) -> ModelCard:
    """The card of an archive. Raises ModelRefused."""
    try:
        return ModelCard.model_validate_json(files[CARD])
    except KeyError as exc:
        raise ModelRefused(f"the archive has no {CARD}, but {sorted(files)}") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or CARD
        raise ModelRefused(f"{CARD} is not a model card: {place}: {first['msg']}") from exc


def read_model(card: ModelCard, files: Mapping[str, bytes]) -> Model:
    """The model that a card describes.

    Raises:
        ModelRefused: A file is not the one that the card was written with, or is missing.
    """
    for name in _BOOSTED if "boosted" in card.weights else ():
        found = hash_files({name: files.get(name, b"")})[name]
        if found != card.sha256.get(name):
            raise ModelRefused(f"{name} is not the one that {CARD} of {card.version} was made with")
    boosted = None
    if "boosted" in card.weights:
        boosted = Boosted(*(files.get(name, b"").decode(errors="replace") for name in _BOOSTED))
    return Model(
        FREQUENCIES[card.declared.frequency],
        card.declared.horizon,
        card.weights,
        boosted,
        card.bands,
        card.naive_bands,
    )
