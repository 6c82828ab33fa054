"""Ports whose process dies at a chosen call."""

from __future__ import annotations

import inspect
from contextlib import contextmanager


class Died(BaseException):
    """The worker was killed; no code of the service may catch it."""


class Fuse:
    """Counts port calls, and dies before or after the chosen one."""

    def __init__(self, call: int, *, after: bool) -> None:
        self._call = call
        self._after = after
        self.calls = 0

    def __call__(self, port):
        return _Dying(port, self)

    def spend(self, act):
        self.calls += 1
        dies = self.calls == self._call
        if dies and not self._after:
            raise Died
        answer = act()
        if dies:
            raise Died
        return answer


class _Dying:
    def __init__(self, port, fuse):
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name):
        target = getattr(self._port, name)
        if not callable(target):
            return target
        if name == "upload":
            return self._upload

        def call(*args, **kwargs):
            answer = self._fuse.spend(lambda: target(*args, **kwargs))
            return self._drawn(answer) if inspect.isgenerator(answer) else answer

        return call

    def _drawn(self, generator):
        for item in generator:
            yield self._fuse.spend(lambda item=item: item)

    @contextmanager
    def _upload(self, key, progress=""):
        with self._port.upload(key, progress) as upload:
            yield _Dying(upload, self._fuse)
