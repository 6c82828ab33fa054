"""A checkout with two small datasets alike: one to be broken, one that nothing disturbs."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from checkout import ROOT, Checkout

BROKEN, CALM = "visits", "calm"
_FIRST_DAY = date(2024, 1, 1)
_WEEK = (20, 25, 25, 26, 30, 12, 15)
_SPEC = """\
name: {name}
owner: {{team: field, email: {name}@example.com}}
source: {{kind: filesystem, url: "file://{{mount}}/{name}", match: "*.csv"}}
format: {{kind: csv}}
columns:
  - {{name: shop, type: string, required: true}}
  - {{name: day, type: date, required: true}}
  - {{name: people, type: double}}
keys: [shop, day]
write: {{mode: upsert}}
forecast:
  series: [shop]
  time: day
  target: {{sum: people}}
  frequency: D
  horizon: {horizon}
  retrain: {{}}
"""
_PYTHON = """\
#!/bin/sh
if [ -e "{broken}" ]; then exec "{python}" "{broken}" "$@"; fi
exec "{python}" "$@"
"""


def make_small_checkout(root: Path, state_url: str = "") -> Checkout:
    """The real services; the forecast's program can be replaced by a broken release."""
    for part in ("dist", "localcloud", "orchestration", "shared"):
        (root / part).symlink_to(ROOT / part)
    for service in ("ingest", "etl", "view", "notify"):
        (root / "services").mkdir(exist_ok=True)
        (root / "services" / service).symlink_to(ROOT / "services" / service)
    forecast, real = root / "services" / "forecast", ROOT / "services" / "forecast"
    (forecast / ".venv" / "bin").mkdir(parents=True)
    for part in ("deploy", "pyproject.toml", "src"):
        (forecast / part).symlink_to(real / part)
    program = forecast / ".venv" / "bin" / "python"
    python = real / ".venv" / "bin" / "python"
    program.write_text(_PYTHON.format(broken=broken_release(root), python=python))
    program.chmod(0o755)
    for name in (BROKEN, CALM):
        folder = root / "datasets" / name
        (folder / "views").mkdir(parents=True)
        (folder / "transform.sql").write_text("select shop, day, people from source\n")
        view = f"select shop, sum(people) as people\nfrom refined.{name}\ngroup by shop\n"
        (folder / "views" / f"{name}_by_shop.sql").write_text(view)
        (root / ".millrace" / "sources" / name).mkdir(parents=True)
    checkout = Checkout(root, state_url)
    declare(checkout, horizon=7)
    return checkout


def broken_release(root: Path) -> Path:
    """A program that runs in the place of the forecast's, as long as it is there."""
    return root / "broken-release.py"


def declare(checkout: Checkout, horizon: int) -> None:
    """Write both specs; another horizon needs another model."""
    for name in (BROKEN, CALM):
        spec = checkout.root / "datasets" / name / "dataset.yaml"
        spec.write_text(_SPEC.format(name=name, horizon=horizon))


def offer_days(checkout: Checkout, days: range) -> None:
    """A file with a row per shop and day, for both datasets."""
    for name in (BROKEN, CALM):
        folder = checkout.home / "sources" / name
        hidden = folder / f".{days.start}"
        with hidden.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("shop", "day", "people"))
            writer.writerows((shop, *_row(day)) for day in days for shop in ("north", "south"))
        hidden.replace(folder / f"days-{days.start:03}.csv")


def _row(day: int) -> tuple[str, float]:
    # Eighths: sums are exact, in whichever order files are read.
    people = _WEEK[day % 7] + 7 * (day // 7) + (day * 7 % 5) / 8
    return f"{_FIRST_DAY + timedelta(days=day)}", people
