"""Any history of new versions, kills, retries, failed runs and acknowledgements, one at a time."""

from __future__ import annotations

from datetime import timedelta

from dying import Died, Fuse
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from laptop import Laptop

from millrace_contracts.state import RunStatus


class Histories(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.laptop = Laptop()
        self.run = 1
        self.has_landed = False
        self.written = {}
        self.versions = 0
        self.processed = []

    @property
    def run_id(self):
        return f"r{self.run}"

    @rule(name=st.sampled_from(["a.csv", "b.csv", "sub/a.csv", "sub!2Fa.csv"]))
    def a_file_is_written(self, name):
        self.versions += 1
        self.written[name] = f"{name} {self.versions}".encode()
        self.laptop.source.put(name, self.written[name])

    @rule()
    def time_passes(self):
        self.laptop.clock.sleep(timedelta(hours=7).total_seconds())

    @rule(call=st.integers(1, 40), after=st.booleans())
    def landing_is_killed(self, call, after):
        try:
            self.laptop.land(self.run_id, through=Fuse(call, after=after))
        except Died:
            return
        self.has_landed = True

    @rule()
    def the_run_lands(self):
        self.has_landed = self.laptop.land(self.run_id).files > 0

    @rule()
    def the_run_fails(self):
        now = self.laptop.clock()
        self.laptop.state.end_run(self.run_id, "flights", RunStatus.FAILED, now)
        self._next_run()

    @rule()
    def the_run_is_forgotten(self):
        self._next_run()

    @precondition(lambda self: self.has_landed and self.run_id in self.laptop.artifacts.manifests)
    @rule(call=st.integers(1, 20), after=st.booleans())
    def the_run_is_acknowledged_with_a_kill_in_between(self, call, after):
        self.processed += self.laptop.manifest(self.run_id)
        try:
            self.laptop.acknowledge(self.run_id, through=Fuse(call, after=after))
        except Died:
            self.laptop.acknowledge(self.run_id)
        self._next_run()

    @invariant()
    def no_object_is_processed_twice(self):
        keys = [key for key, _ in self.processed]
        assert len(set(keys)) == len(keys)

    @invariant()
    def what_was_processed_is_still_what_lies_in_the_bucket(self):
        for key, content in self.processed:
            assert self.laptop.landing.objects[key] == content

    def teardown(self):
        if not hasattr(self, "laptop"):
            return
        self._next_run()
        if self.laptop.land(self.run_id).files:
            self.processed += self.laptop.manifest(self.run_id)
            self.laptop.acknowledge(self.run_id)
        self.no_object_is_processed_twice()
        contents = [content for _, content in self.processed]
        assert len(set(contents)) == len(contents)
        assert set(self.written.values()) <= set(contents)
        self._next_run()
        assert self.laptop.land(self.run_id).files == 0

    def _next_run(self):
        self.run += 1
        self.has_landed = False


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnyHistory = Histories.TestCase
