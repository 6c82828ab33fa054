"""A store and a run state whose process can be killed at each of its writes."""

from __future__ import annotations

from millrace_etl.adapters.memory import MemoryStore


class Killed(BaseException):
    """The process ends here."""


class Mortal:
    """One process: it dies just before or just after its n-th write, and writes no more."""

    def __init__(self, writes_left=None, *, dies_after=False):
        self.writes_left, self.dies_after = writes_left, dies_after
        self.writes = 0

    def write(self, write):
        self.alive()
        self.writes += 1
        if self.writes_left is None:
            return write()
        self.writes_left -= 1
        if self.writes_left >= 0:
            return write()
        if self.dies_after:
            write()
        raise Killed

    def alive(self):
        if self.writes_left is not None and self.writes_left < 0:
            raise Killed


class MortalStore(MemoryStore):
    """The objects, as one process reaches them."""

    def __init__(self, process, objects):
        self.process, self.objects = process, objects

    def put(self, bucket, key, body):
        return self.process.write(lambda: MemoryStore.put(self, bucket, key, body))

    def put_new(self, bucket, key, body):
        return self.process.write(lambda: MemoryStore.put_new(self, bucket, key, body))

    def copy(self, from_bucket, from_key, bucket, key):
        copied = MemoryStore.copy
        return self.process.write(lambda: copied(self, from_bucket, from_key, bucket, key))

    def delete(self, bucket, keys):
        for key in list(keys):
            self.process.write(lambda key=key: MemoryStore.delete(self, bucket, [key]))


class MortalState:
    """Run state, as one process reaches it: a dead one gives no lease back."""

    def __init__(self, process, state, before_lease=lambda: None):
        self._process, self._state, self._before_lease = process, state, before_lease

    def acquire_lease(self, *lease):
        self._before_lease()
        self._process.alive()
        return self._state.acquire_lease(*lease)

    def __getattr__(self, name):
        self._process.alive()
        return getattr(self._state, name)
