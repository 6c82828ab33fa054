"""Whether what the views read is there, is coming, or never will be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from millrace_contracts.state import RunState, StageStatus
from millrace_view.errors import TableNotReady, ViewMalformed
from millrace_view.parsing import DATABASE, Source
from millrace_view.ports import Catalog, ViewFiles
from millrace_view.registry import Registry
from millrace_view.views import View

_ZONES = ("landing", "refined", "forecast")


@dataclass(frozen=True, slots=True)
class CheckSources:
    """Checks before any view is made."""

    state: RunState
    files: ViewFiles
    catalog: Catalog
    registry: Registry

    def await_crawl(self, dataset: str, run_id: str, views: Iterable[View]) -> None:
        """See that the crawler has looked at what this run refined.

        A view that was made a moment before the crawler adds or widens a column is stale from then
        on (Athena User Guide, "Work with views": recreate a view when its table changes).

        Raises:
            TableNotReady: No crawl has begun after the run's etl had ended, and succeeded.
        """
        own = Source(DATABASE, dataset)
        if not any(own in view.reads for view in views):
            return
        for stage in self.state.stages(run_id):
            is_done = stage.stage == "etl" and stage.status is StageStatus.SUCCEEDED
            if is_done and stage.ended_at and not self.catalog.crawled_since(stage.ended_at):
                raise TableNotReady(f"{own} has not been crawled since this run refined it")

    def await_tables(self, views: Iterable[View]) -> None:
        """See that every table is in the catalog.

        Raises:
            TableNotReady: One is not there, and a crawler or another dataset may still make it.
            ViewMalformed: One is not there, and nothing that is deployed would make it.
        """
        views = list(views)
        own = {view.as_source for view in views}
        for view in views:
            for source, place in view.reads.items():
                if source in own or source.database not in _ZONES:
                    continue
                if self.catalog.columns(source) is None:
                    told = f"{view.file}, {place}: {source} is not in the catalog"
                    if self._is_expected(source):
                        raise TableNotReady(f"{told} yet")
                    raise ViewMalformed(f"{told}, and no dataset or view has that name")

    def _is_expected(self, source: Source) -> bool:
        is_view = source.database == DATABASE and source.name in self.registry.entries
        return is_view or self.files.is_dataset(source.name)
