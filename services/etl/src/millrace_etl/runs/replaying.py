"""Run the rows that an earlier run quarantined again, from the landed files they came from."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from millrace_contracts import QuarantinePrefix
from millrace_etl.commits.commit import Remove
from millrace_etl.errors import ReplayImpossible
from millrace_etl.runs.accounts import total
from millrace_etl.runs.deployed import read_landed
from millrace_etl.runs.table import RefinedTable
from millrace_etl.work import Replay


def replay(table: RefinedTable) -> dict[str, int]:
    """Judge and write the rows again by what is deployed now; answer their numbers.

    Rows that still break a rule are quarantined anew, under this run. What the earlier run kept
    leaves in the same commit, so that a replay that is repeated finds nothing more to do.

    Raises:
        ReplayImpossible: A row's number in its file is not known.
        ObjectMissing: A landed file is gone.
    """
    settings, store = table.settings, table.store
    last = table.ledger.recover()
    bucket = settings.quarantine_bucket
    prefix = str(QuarantinePrefix(settings.dataset, settings.replay_run_id))
    present = [found.key for found in store.list(bucket, prefix)]
    if not present:
        return total(())
    kept = pa.concat_tables(
        pq.read_table(
            io.BytesIO(store.get(bucket, key)), columns=["file", "record", "counted", "written"]
        )
        for key in present
    )
    wanted = kept.filter(pc.invert(kept["written"]))
    if wanted["record"].null_count:
        raise ReplayImpossible(
            f"{prefix}: rows of files above 1 GiB, and of a transform that groups rows, have no "
            "number: land those files again"
        )
    counted = set(wanted["counted"].to_pylist())
    if len(counted) > 1:
        raise ReplayImpossible(f"{prefix}: lines and records are counted in one run")
    keys = sorted({str(key) for key in wanted["file"].to_pylist()})
    if not keys:
        return total(())
    files = [read_landed(store, settings.landing_bucket, key) for key in keys]
    uris = tuple(f"s3://{bucket}/{key}" for key in present)
    number, commit = table.plan(
        files, last + 1, frozenset(), Replay(uris, whole_files=counted == {"record"})
    )
    rows = commit.numbers["rows_read"]
    places = wanted.select(["file", "record"]).group_by(["file", "record"]).aggregate([])
    if rows != len(places):
        raise ReplayImpossible(f"{len(places)} rows are quarantined, but {rows} were found again")
    gone = tuple(Remove(bucket=bucket, key=key) for key in present)
    table.ledger.append(number, commit.model_copy(update={"removes": (*commit.removes, *gone)}))
    return dict(commit.numbers)
