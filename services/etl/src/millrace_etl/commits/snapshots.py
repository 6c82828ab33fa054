"""Refined tables of other datasets, each read as one commit left it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from millrace_contracts import dataset_prefix
from millrace_etl.commits.ledger import Ledger
from millrace_etl.commits.placing import data_files
from millrace_etl.errors import TableMissing, TableMoved
from millrace_etl.ports import ObjectStore
from millrace_etl.work import TableFiles


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Opens tables, and tells afterwards whether one was changed meanwhile.

    A commit is put in place file by file. What was read is one state of the table exactly when no
    commit was being put in place at the beginning, and none has begun since.
    """

    store: ObjectStore
    ledger_of: Callable[[str], Ledger]
    refined_bucket: str
    wait_s: float = 60.0
    look_again_s: float = 0.5
    _opened: dict[str, tuple[int, TableFiles]] = field(default_factory=dict)

    def open(self, dataset: str) -> TableFiles:
        """The table's files once no commit is being put in place.

        Raises:
            TableMissing: It has never been written.
            TableMoved: One commit stayed unfinished for longer than is waited.
        """
        if dataset not in self._opened:
            ledger = self.ledger_of(dataset)
            number = self._settled(ledger)
            columns = ledger.read([number])[0].columns if number else ()
            if not columns:
                raise TableMissing(f"dataset {dataset!r} has no refined table yet")
            self._opened[dataset] = number, self.table(dataset, columns)
        return self._opened[dataset][1]

    def table(self, dataset: str, columns: tuple[tuple[str, str], ...]) -> TableFiles:
        """A table's files as they are now."""
        bucket, prefix = self.refined_bucket, dataset_prefix(dataset)
        keys = data_files(found.key for found in self.store.list(bucket, prefix))
        uris = tuple(f"s3://{bucket}/{key}" for key in keys)
        return TableFiles(dataset, f"s3://{bucket}/{prefix}", uris, columns)

    @property
    def tables_read(self) -> tuple[str, ...]:
        """Datasets whose tables were opened."""
        return tuple(sorted(self._opened))

    def check(self) -> None:
        """Raise TableMoved when a table that was opened has begun to change since."""
        for dataset, (number, _) in self._opened.items():
            if self.ledger_of(dataset).state() != (number, False):
                raise TableMoved(f"{dataset} was changed by another run while this one read it")

    def _settled(self, ledger: Ledger) -> int:
        patience = threading.Event()
        for _ in range(int(self.wait_s / self.look_again_s)):
            number, pending = ledger.state()
            if not pending:
                return number
            patience.wait(self.look_again_s)
        raise TableMoved(f"a commit to {ledger.dataset} is unfinished for {self.wait_s:g} s")
