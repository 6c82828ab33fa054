"""The use case: make every view of a dataset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from millrace_contracts import ViewsReady
from millrace_contracts.state import RunState, StageRecord, StageStatus
from millrace_view.errors import ViewError, ViewMalformed
from millrace_view.ports import ViewFiles, Warehouse
from millrace_view.views import View, order_views, read_view


@dataclass(frozen=True, slots=True)
class MakeViews:
    """Make views, with everything it touches passed in."""

    state: RunState
    files: ViewFiles
    warehouse: Warehouse
    now: Callable[[], datetime]

    def make(self, dataset: str, run_id: str, deadline: datetime) -> ViewsReady:
        """Create or replace each view, those that others read first.

        All files are read and checked before the first view is made. Making views again gives the
        same views.

        Args:
            dataset: Name of a deployed dataset; one without views is done at once.
            run_id: The run that asks.
            deadline: When to give up waiting for Athena.

        Raises:
            TableNotReady: A view reads a table that no crawler has made yet.
            TerminalError: A file is malformed or its SQL is wrong.
            TransientError: AWS asks to retry.
        """
        stage = StageRecord(run_id, dataset, "view", StageStatus.RUNNING, self.now())
        self.state.put_stage(stage)
        try:
            views = self._read(dataset)
            for view in views:
                self.warehouse.create(view, deadline)
        except ViewError as exc:
            error = f"{type(exc).__name__}: {exc}"
            failed = replace(stage, status=StageStatus.FAILED, ended_at=self.now(), error=error)
            self.state.put_stage(failed)
            raise
        ready_at = self.now()
        done = replace(stage, status=StageStatus.SUCCEEDED, ended_at=ready_at)
        self.state.put_stage(replace(done, numbers={"views": len(views)}))
        names = tuple(view.name for view in views)
        return ViewsReady(dataset=dataset, run_id=run_id, views=names, ready_at=ready_at)

    def _read(self, dataset: str) -> list[View]:
        views = [
            read_view(PurePosixPath(file).stem, file, sql)
            for file, sql in self.files.texts(dataset).items()
        ]
        for view in views:
            if view.name == dataset:
                raise ViewMalformed(f"{view.file}: a view cannot have the name of the table")
        return list(order_views(views))
