"""JSON Schemas of every contract: ``python -m millrace_contracts.schemas FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from millrace_contracts.dataset import Dataset
from millrace_contracts.events import EVENTS
from millrace_contracts.manifest import Manifest

CONTRACTS: tuple[type[BaseModel], ...] = (Dataset, Manifest, *EVENTS)


def render_schemas() -> dict[str, str]:
    """File name → JSON Schema text of each contract."""
    return {
        f"{contract.__name__}.json": json.dumps(contract.model_json_schema(), indent=2) + "\n"
        for contract in CONTRACTS
    }


def write_schemas(folder: Path) -> None:
    """Write every schema below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
