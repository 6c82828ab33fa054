"""A model's card, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_NAIVE = "seasonal_naive"


def show_card(console: Console, card: Mapping[str, Any]) -> None:
    """What the back-test chose and how it did, beside seasonal naive."""
    console.print(f"[bold]{card['version']}[/]  {_chosen(card)}")
    console.print(
        f"{card['series']:,} series from {card['first_day']} to {card['last_day']},"
        f" {card['windows']} back-test windows"
    )
    if card["mase_chosen"] is None:
        console.print("The history is too short to back-test: seasonal naive was not compared.")
        return
    table = Table("MASE", "all", *(str(step) for step in _steps(card)))
    rows = ((_chosen(card), "mase_chosen", "mase_by_step"), (_NAIVE, "", "naive_mase_by_step"))
    for name, total, by_step in rows:
        whole = card[total] if total else card["mase"][_NAIVE]
        scores = [whole, *(card[by_step][step - 1] for step in _steps(card))]
        table.add_row(name, *(f"{score:.3f}" for score in scores))
    console.print(table)
    for percent, share in card["coverage"].items():
        console.print(f"{percent} % intervals held {100 * share:.1f} % of the values")


def _chosen(card: Mapping[str, Any]) -> str:
    return " + ".join(
        name if share == 1 else f"{share:.0%} {name}" for name, share in card["weights"].items()
    )


def _steps(card: Mapping[str, Any]) -> list[int]:
    """At most seven steps ahead: the first, the last and some between."""
    last = len(card["mase_by_step"])
    return sorted({1 + (last - 1) * n // 6 for n in range(7)}) if last else []
