"""``python -m ingest_benchmark``: tables of all that is compared, or of ``--only`` a part."""

from __future__ import annotations

import argparse
import os
import tempfile

_PARTS = ("sql", "transfers")


def main() -> None:
    """Run what is asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="ingest_benchmark")
    parser.add_argument("--only", choices=_PARTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=500_000, help="of the table")
    parser.add_argument("--mib", type=int, default=64, help="size of the file")
    told = parser.parse_args()
    parts = [told.only] if told.only else _PARTS
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    with tempfile.TemporaryDirectory() as folder:
        # The PostgreSQL server's package looks for it as soon as it is imported.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from ingest_benchmark import sql, transfers

        if "sql" in parts:
            sql.run(told.rows, told.rounds)
        if "transfers" in parts:
            transfers.run(told.mib, told.rounds)


if __name__ == "__main__":
    main()
