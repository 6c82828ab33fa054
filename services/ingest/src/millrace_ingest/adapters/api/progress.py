"""Which records lie beyond the watermark, and how far they reach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from millrace_contracts.dataset.sources.api import ApiIncremental
from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.api.places import look_up
from millrace_ingest.errors import SourceMalformed, WindowRefused

_Value = datetime | Decimal | str


class Progress:
    """The incremental field's values of one extraction; everything passes where there is none."""

    def __init__(self, spec: ApiIncremental | None, extraction: Extraction, place: str) -> None:
        self._spec = spec
        self._place = place
        self._is_live = extraction.scope == LIVE
        self._since = self._bound(extraction.since)
        self._until = self._bound(extraction.until)
        self.high = extraction.high
        self._highest = self._bound(extraction.high)
        self._since_text, self._until_text = extraction.since, extraction.until

    def params(self) -> Mapping[str, str]:
        """What to ask the API for."""
        if self._spec is None:
            return {}
        since = self._since_text or self._spec.initial
        params = {self._spec.param: since} if since else {}
        if self._until_text and self._spec.until_param:
            params[self._spec.until_param] = self._until_text
        return params

    def admits(self, record: object) -> bool:
        """Whether a record belongs to the extraction; takes note of its value."""
        if self._spec is None:
            return True
        found = look_up(record, self._spec.field)
        text = found if isinstance(found, str) else str(found)
        if found is None or isinstance(found, bool | dict | list):
            raise SourceMalformed(f"{self._place}: a record has no {self._spec.field}")
        try:
            value = _parsed(text, self._spec.type)
        except ValueError:
            raise SourceMalformed(
                f"{self._place}: {self._spec.field} is no {self._spec.type}"
            ) from None
        if self._since is not None and _is_below(value, self._since, or_equal=self._is_live):
            return False
        if self._until is not None and not _is_below(value, self._until, or_equal=False):
            return False
        if self._highest is None or _is_below(self._highest, value, or_equal=False):
            self.high, self._highest = text, value
        return True

    def _bound(self, text: str) -> _Value | None:
        if not text or self._spec is None:
            return None
        try:
            return _parsed(text, self._spec.type)
        except ValueError:
            raise WindowRefused(f"{self._place}: {text!r} is no {self._spec.type}") from None


def _parsed(text: str, kind: str) -> _Value:
    if kind == "timestamp":
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind == "number":
        try:
            number = Decimal(text)
        except InvalidOperation as exc:
            raise ValueError(text) from exc
        if not number.is_finite():
            raise ValueError(text)
        return number
    return text


def _is_below(one: _Value, other: _Value, *, or_equal: bool) -> bool:
    return one < other or (or_equal and one == other)  # type: ignore[operator]
