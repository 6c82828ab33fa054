"""Text as a timestamp with time zone: a literal shows its zone, a column does not."""

from __future__ import annotations

import re

from sqlglot import exp

from millrace_localcloud.athena.scope import Typed
from millrace_localcloud.athena.translation import Place
from millrace_localcloud.athena.types import Type, zoned
from millrace_localcloud.athena.zones import at_zone, zone_name

_FORM = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})(?:[ ](\d{1,2}:\d{1,2})(:\d{1,2}(?:\.(\d{1,6}))?)?)?\s*(.*)"
)


def zoned_from_text(value: Typed, target: Type, node: exp.Expression, place: Place) -> Typed:
    """The moment that a literal names.

    Raises:
        QueryFailed: It is no such literal.
    """
    if not isinstance(value.literal, str):
        place.translation.refuse("a cast from varchar values to timestamp with time zone", node)
    found = _FORM.fullmatch(value.literal.strip())
    if not found:
        text = f"'{value.literal}' is not a valid TIMESTAMP literal"
        place.translation.fail("INVALID_LITERAL", text, node)
    day, minutes, seconds, fraction, zone = found.groups()
    clock = f"{minutes or '00:00'}{seconds or ':00'}"
    local = Typed(f"CAST('{day} {clock}' AS TIMESTAMP)", Type("timestamp", (len(fraction or ""),)))
    name = zone_name(zone, node, place) if zone else "UTC"
    return at_zone(local, zoned(target.args[0], name))
