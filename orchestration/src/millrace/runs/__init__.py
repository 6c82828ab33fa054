"""Start a run, find it, follow it, redrive it and tell how it ended."""

from millrace.runs.finding import Found, dataset_of, find_run, list_runs
from millrace.runs.following import Change, Outcome, Step, follow
from millrace.runs.history import State, build_tree, read_history
from millrace.runs.many import follow_batch, order_datasets, start_batch, watch_batch
from millrace.runs.redriving import redrive_run
from millrace.runs.starting import Run, start_run

__all__ = [
    "Change",
    "Found",
    "Outcome",
    "Run",
    "State",
    "Step",
    "build_tree",
    "dataset_of",
    "find_run",
    "follow",
    "follow_batch",
    "list_runs",
    "order_datasets",
    "read_history",
    "redrive_run",
    "start_batch",
    "start_run",
    "watch_batch",
]
