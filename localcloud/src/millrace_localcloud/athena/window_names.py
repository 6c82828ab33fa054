"""``WINDOW w AS (…)``: what it names is written where ``OVER w`` stands."""

from __future__ import annotations

from sqlglot import exp

from millrace_localcloud.athena.translation import Translation

_PARTS = ("partition_by", "order", "spec")


def with_windows(node: exp.Select, translation: Translation) -> exp.Select:
    """The query without its WINDOW clause."""
    written = node.args.get("windows")
    if not written:
        return node
    node = node.copy()
    known: dict[str, exp.Expression] = {}
    for one in node.args["windows"]:
        _complete(one, known, translation)
        known[one.this.name.lower()] = one
    node.set("windows", None)
    for one in list(node.find_all(exp.Window)):
        if one.find_ancestor(exp.Select) is node:
            _complete(one, known, translation)
    return node


def _complete(
    window: exp.Expression, known: dict[str, exp.Expression], translation: Translation
) -> None:
    alias = window.args.get("alias")
    if alias is None:
        return
    base = known.get(alias.name.lower())
    if base is None:
        text = f"Cannot resolve WINDOW name {alias.name}"
        translation.fail("INVALID_WINDOW_REFERENCE", text, window)
    inherited = [part for part in _PARTS if base.args.get(part)]
    if any(window.args.get(part) for part in inherited) or window.args.get("partition_by"):
        text = "WINDOW specification overrides what the named one has"
        translation.fail("INVALID_WINDOW_REFERENCE", text, window)
    for part in inherited:
        held = base.args[part]
        window.set(part, [one.copy() for one in held] if isinstance(held, list) else held.copy())
    window.set("alias", None)
