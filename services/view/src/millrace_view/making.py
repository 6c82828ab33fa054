"""The use case: make every view of a dataset, and drop those that it no longer declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from millrace_contracts import ViewsReady
from millrace_contracts.state import RunState, StageRecord, StageStatus
from millrace_view.checking import CheckSources
from millrace_view.errors import NameTaken, ViewError, ViewMalformed, ViewsBusy
from millrace_view.parsing import DATABASE, Source
from millrace_view.ports import Catalog, ViewFiles, Warehouse
from millrace_view.registry import Registry, digest
from millrace_view.views import View, order_views, read_view

_LEASE = "views"
"""One run at a time changes the views of all datasets: they may read each other."""
_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class MakeViews:
    """Make views, with everything it touches passed in."""

    state: RunState
    files: ViewFiles
    catalog: Catalog
    warehouse: Warehouse
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def make(self, dataset: str, run_id: str, deadline: datetime) -> ViewsReady:
        """Create or replace each view, those that others read first.

        All files are read and checked before the first view is made. Making views again gives the
        same views. Views that the dataset made before and no longer declares are dropped. Views of
        other datasets that read what this one changed are made anew; one that is then wrong is
        named in the answer, and fails the next run of its own dataset.

        Args:
            dataset: Name of a deployed dataset; one without views is done at once.
            run_id: The run that asks.
            deadline: When to give up waiting for Athena.

        Raises:
            TableNotReady: A view reads a table that no crawler has made yet, or whose columns may
                change by a crawl that is still to come.
            TerminalError: A file is malformed, its name is taken or its SQL is wrong.
            TransientError: AWS asks to retry.
        """
        stage = StageRecord(run_id, dataset, "view", StageStatus.RUNNING, self.now())
        self.state.put_stage(stage)
        try:
            ready = self._make(dataset, run_id, deadline)
        except ViewError as exc:
            error = f"{type(exc).__name__}: {exc}"
            failed = replace(stage, status=StageStatus.FAILED, ended_at=self.now(), error=error)
            self.state.put_stage(failed)
            raise
        numbers = {"views": len(ready.views)}
        extras = {"views_dropped": ready.dropped, "views_renewed": ready.renewed}
        numbers |= {name: len(views) for name, views in extras.items() if views}
        done = replace(stage, status=StageStatus.SUCCEEDED, ended_at=ready.ready_at)
        self.state.put_stage(replace(done, numbers=numbers))
        return ready

    def _make(self, dataset: str, run_id: str, deadline: datetime) -> ViewsReady:
        views = self._read(dataset)
        names = tuple(view.name for view in views)
        known = self.files.registry()
        has_none = not views and not known.of_dataset(dataset)
        if has_none and not known.dependents(dataset, _tables_of(dataset)):
            return ViewsReady(dataset=dataset, run_id=run_id, views=(), ready_at=self.now())
        with self._alone(run_id, deadline):
            known = self.files.registry()
            self._check_names(dataset, views, known)
            claimed = known.claim(dataset, views)
            check = CheckSources(self.state, self.files, self.catalog, claimed)
            check.await_crawl(dataset, run_id, views)
            check.await_tables(views)
            if claimed != known:
                self.files.keep(claimed)
            made_of = {}
            for view in views:
                self.warehouse.create(view, deadline)
                made_of[view.name] = self._digest(view)
            dropped = tuple(name for name in claimed.of_dataset(dataset) if name not in names)
            for name in dropped:
                self.warehouse.drop(name, deadline)
            made = claimed.with_made(made_of).without(dropped)
            renewed, broken = self._renew(dataset, made, deadline)
            settled = made.with_made(renewed)
            if settled != claimed:
                self.files.keep(settled)
        return ViewsReady(
            dataset=dataset,
            run_id=run_id,
            views=names,
            dropped=dropped,
            renewed=tuple(renewed),
            broken=tuple(broken),
            ready_at=self.now(),
        )

    def _read(self, dataset: str) -> list[View]:
        views = [
            read_view(PurePosixPath(file).stem, file, sql)
            for file, sql in self.files.texts(dataset).items()
        ]
        return list(order_views(views))

    def _check_names(self, dataset: str, views: list[View], known: Registry) -> None:
        for view in views:
            if view.name == dataset:
                raise ViewMalformed(f"{view.file}: a view cannot have the name of the table")
            if view.name not in known.entries and self.files.is_dataset(view.name):
                table = f"{DATABASE}.{view.name}"
                raise NameTaken(f"{view.file}: {table} is the table of dataset {view.name}")

    def _renew(
        self, dataset: str, registry: Registry, deadline: datetime
    ) -> tuple[dict[str, str], list[str]]:
        """Make other datasets' views anew where the columns that they read have changed.

        Returns:
            Digests of those made anew, by name; and names of those that could not be.
        """
        own = {Source(DATABASE, name) for name in registry.of_dataset(dataset)}
        renewed: dict[str, str] = {}
        broken: list[str] = []
        for name in registry.dependents(dataset, _tables_of(dataset) | own):
            entry = registry.entries[name]
            columns = {source: self.catalog.columns(source) for source in entry.reads}
            if entry.made_of in ("", digest(columns)):
                continue
            try:
                sql = self.files.texts(entry.dataset).get(entry.file)
                if sql is None:
                    continue  # undeclared since: its own dataset's next run drops it
                self.warehouse.create(read_view(name, entry.file, sql), deadline)
            except ViewError:
                broken.append(name)
            else:
                renewed[name] = digest(columns)
        return renewed, broken

    def _digest(self, view: View) -> str:
        return digest({source: self.catalog.columns(source) for source in view.reads})

    @contextmanager
    def _alone(self, run_id: str, deadline: datetime) -> Iterator[None]:
        """Work while no other run changes views; the right lapses with the caller's time."""
        while not self.state.acquire_lease(_LEASE, run_id, self.now(), deadline):
            if self.now() >= deadline:
                raise ViewsBusy("another run is changing views")
            self.sleep(_WAIT_S)
        try:
            yield
        finally:
            self.state.release_lease(_LEASE, run_id)


def _tables_of(dataset: str) -> set[Source]:
    return {Source(zone, dataset) for zone in ("landing", "refined", "forecast")}
