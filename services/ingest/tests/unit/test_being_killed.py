"""Killed at each port call, before and after its effect: every file lands and is processed once."""

import pytest
from dying import Died, Fuse
from laptop import Laptop

from millrace_contracts.state import RunStatus
from millrace_ingest.leases import LEASE

CONTENTS = [b"first", b"second", b"third"]


def _laptop():
    laptop = Laptop()
    for number, content in enumerate(CONTENTS):
        laptop.source.put(f"{number}.csv", content)
    return laptop


def _calls(act):
    fuse = Fuse(0, after=False)
    act(fuse)
    return fuse.calls


LAND_CALLS = _calls(lambda fuse: _laptop().land("r1", through=fuse))


def _acknowledge_calls():
    laptop = _laptop()
    laptop.land("r1")
    return _calls(lambda fuse: laptop.acknowledge("r1", through=fuse))


ACKNOWLEDGE_CALLS = _acknowledge_calls()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, LAND_CALLS + 1))
def test_the_same_run_called_again_lands_each_file_once(call, after):
    laptop = _laptop()
    with pytest.raises(Died):
        laptop.land("r1", through=Fuse(call, after=after))

    assert laptop.land("r1").files == 3
    assert sorted(content for _, content in laptop.manifest("r1")) == sorted(CONTENTS)
    assert sorted(laptop.landing.objects.values()) == sorted(CONTENTS)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, LAND_CALLS + 1))
def test_another_run_goes_on_where_the_first_died(call, after):
    laptop = _laptop()
    with pytest.raises(Died):
        laptop.land("r1", through=Fuse(call, after=after))

    assert laptop.land("r2").files == 3
    assert sorted(content for _, content in laptop.manifest("r2")) == sorted(CONTENTS)
    assert sorted(laptop.landing.objects.values()) == sorted(CONTENTS)
    laptop.acknowledge("r2")
    laptop.clock.sleep(LEASE.total_seconds())
    assert laptop.land("r3").files == 0


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, ACKNOWLEDGE_CALLS + 1))
def test_an_acknowledgement_called_again_is_complete(call, after):
    laptop = _laptop()
    laptop.land("r1")
    with pytest.raises(Died):
        laptop.acknowledge("r1", through=Fuse(call, after=after))

    assert laptop.acknowledge("r1").files == 3
    assert laptop.state.run("r1").status is RunStatus.SUCCEEDED
    assert laptop.land("r2").files == 0
