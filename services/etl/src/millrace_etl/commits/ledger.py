"""The commit log of one refined table.

A commit is one new object, ``commits/<dataset>/<number>.json``, written once and never changed: of
two runs that try the same number one wins. It holds all that is needed to finish it (copies and
deletes that may be repeated), so a commit whose run died is finished by the next run. A landed file
that a commit has processed is never processed again: that is what makes a repeated run, or a second
one, leave the same table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from millrace_contracts import (
    CommitKey,
    CommittedBatchKey,
    LandingKey,
    ManifestFile,
    commit_head_key,
    staging_of_dataset,
)
from millrace_etl.commits.commit import Add, Commit, CommittedBatch, Head, Remove
from millrace_etl.errors import CommitLost, ObjectMissing
from millrace_etl.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class Ledger:
    """Commits of one dataset, with the store they are kept in."""

    store: ObjectStore
    artifacts_bucket: str
    refined_bucket: str
    dataset: str
    still_held: Callable[[], None]
    """Raises LeaseLost when another run may be working on the table."""

    def recover(self) -> int:
        """Finish a commit whose run died, sweep what dead runs staged; answer the last number."""
        number = self._head().settled
        pending = self._commit(number + 1)
        if pending is not None:
            number += 1
            self.settle(number, pending)
        self.sweep(staging_of_dataset(self.dataset))
        return number

    def state(self) -> tuple[int, bool]:
        """Number of the last commit in place, and whether the next one is written down."""
        number = self._head().settled
        return number, self._commit(number + 1) is not None

    def append(self, number: int, commit: Commit) -> None:
        """Write commit ``number`` down, which decides that it happens, and put it in place.

        Raises:
            CommitLost: Another run has written that number.
        """
        self.still_held()
        key = str(CommitKey(self.dataset, number))
        if not self.store.put_new(self.artifacts_bucket, key, commit.model_dump_json().encode()):
            raise CommitLost(f"{key} was written by another run; this run's rows are not in place")
        self.settle(number, commit)

    def settle(self, number: int, commit: Commit) -> None:
        """Put a written commit in place. Every step may be repeated."""
        if self._head().settled >= number:
            return
        try:
            self.place(commit.adds, commit.removes)
        except ObjectMissing:
            if self._head().settled >= number:
                return  # another run finished it and swept the staging place
            raise
        self._remember_files(number, commit)
        head = Head(settled=number).model_dump_json().encode()
        self.store.put(self.artifacts_bucket, commit_head_key(self.dataset), head)
        self.sweep(commit.staging_prefix)

    def place(self, adds: Iterable[Add], removes: Iterable[Remove]) -> None:
        """Copy staged files to their places, then delete the files they stand for."""
        for add in adds:
            self.still_held()
            try:
                self.store.copy(self.refined_bucket, add.staged_key, add.bucket, add.key)
            except ObjectMissing:
                # Swept, so its commit was finished: then it is in its place.
                if not self.store.list(add.bucket, add.key):
                    raise
        self.still_held()
        gone: dict[str, list[str]] = defaultdict(list)
        for remove in removes:
            gone[remove.bucket].append(remove.key)
        for bucket, keys in gone.items():
            self.store.delete(bucket, keys)

    def sweep(self, staging_prefix: str) -> None:
        """Delete what is staged below a prefix."""
        staged = self.store.list(self.refined_bucket, staging_prefix)
        self.store.delete(self.refined_bucket, [found.key for found in staged])

    def commits_of(self, files: Iterable[ManifestFile]) -> dict[str, int]:
        """Number of the commit that processed each file, by key; absent when none has."""
        by_batch: dict[str, list[ManifestFile]] = defaultdict(list)
        for file in files:
            by_batch[LandingKey.parse(file.key).batch_id].append(file)
        found: dict[str, int] = {}
        for batch_id, members in by_batch.items():
            known = self._batch(batch_id).files
            for file in members:
                sha256, number = known.get(file.key, ("", 0))
                if sha256 == file.sha256:
                    found[file.key] = number
        return found

    def read(self, numbers: Iterable[int]) -> Sequence[Commit]:
        """The commits of these numbers."""
        return [commit for n in sorted(set(numbers)) if (commit := self._commit(n)) is not None]

    def _head(self) -> Head:
        try:
            body = self.store.get(self.artifacts_bucket, commit_head_key(self.dataset))
        except ObjectMissing:
            return Head()
        return Head.model_validate_json(body)

    def _commit(self, number: int) -> Commit | None:
        try:
            body = self.store.get(self.artifacts_bucket, str(CommitKey(self.dataset, number)))
        except ObjectMissing:
            return None
        return Commit.model_validate_json(body)

    def _batch(self, batch_id: str) -> CommittedBatch:
        key = str(CommittedBatchKey(self.dataset, batch_id))
        try:
            return CommittedBatch.model_validate_json(self.store.get(self.artifacts_bucket, key))
        except ObjectMissing:
            return CommittedBatch(files={})

    def _remember_files(self, number: int, commit: Commit) -> None:
        by_batch: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        for key, sha256 in commit.files.items():
            by_batch[LandingKey.parse(key).batch_id][key] = (sha256, number)
        for batch_id, files in by_batch.items():
            known = dict(self._batch(batch_id).files) | files
            self.store.put(
                self.artifacts_bucket,
                str(CommittedBatchKey(self.dataset, batch_id)),
                CommittedBatch(files=known).model_dump_json().encode(),
            )
