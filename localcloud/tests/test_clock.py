"""The clock that may be moved, and what is waited for by it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from millrace_localcloud.clock import Clock, Signal


def _later(**length):
    return datetime.now(UTC) + timedelta(**length)


def test_a_wait_ends_when_the_clock_is_moved_beyond_it():
    clock = Clock()
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(Signal(clock).wait(3600)), daemon=True)
    waiting.start()
    for hours in range(1, 601):
        clock.move_to(_later(hours=hours))
        waiting.join(0.1)
        if not waiting.is_alive():
            break

    assert answers == [False]
    assert clock.pending() == []


def test_what_is_waited_for_is_known_the_next_first():
    clock = Clock()
    with clock.telling(str, clock.elapsed() + 900), clock.telling(str, clock.elapsed() + 60):
        clock.move_to(_later(seconds=50))
        first, second = clock.pending()

    assert 0 < first <= 10
    assert 840 < second <= 850
    assert clock.pending() == []


def test_a_wait_ends_when_what_is_waited_for_happens_be_it_for_a_moment():
    signal = Signal(Clock())
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(signal.wait()), daemon=True)
    waiting.start()
    for _ in range(600):
        signal.set()
        signal.clear()
        waiting.join(0.1)
        if not waiting.is_alive():
            break

    assert answers == [True]
    assert not signal.is_set()


def test_what_has_happened_is_not_waited_for_and_nobody_is_told_of_later_moves():
    clock = Clock()
    signal = Signal(clock)
    signal.set()

    assert signal.is_set()
    assert signal.wait(0) is True
    told = []
    with clock.telling(lambda: told.append(clock.now())):
        clock.move_to(_later(days=1))
    clock.move_to(_later(days=2))

    assert len(told) == 1
    assert clock.now() - told[0] > timedelta(hours=23)
