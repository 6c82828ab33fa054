"""Each state broken in each way: the run fails, is told once, and ends well after a redrive.

A run for each way goes through every state: it breaks there, is redriven, gets past it and breaks
at the next. What had been done is not done again, as people on call would have it. At its end the
tables are those of a dataset that nothing disturbed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from breakers import Break
from breaks import HELD, HOLDS, MATRIX, WAYS
from broken_cloud import BrokenCloud
from record import Record
from small import BROKEN, CALM, declare, offer_days

OWNER_AND_SUPPORT = {f"{BROKEN}@example.com", "support@example.com"}
DAYS = 70
NEW_DAYS = 6
"""At least half of any horizon here, from which on past forecasts are judged."""


@pytest.mark.parametrize("way", WAYS, ids=[way.replace(" ", "-") for way in WAYS])
def test_a_run_broken_at_each_state_is_told_each_time_and_ends_with_the_tables_of_a_calm_one(
    cloud: BrokenCloud, record: Record, way: str
):
    cpu_seconds, turn = cloud.cpu_seconds(), WAYS.index(way)
    declare(cloud.checkout, horizon=8 + turn)
    offer_days(cloud.checkout, range(DAYS + NEW_DAYS * turn, DAYS + NEW_DAYS * (turn + 1)))
    assert cloud.checkout.millrace("up").returncode == 0
    run_id = f"{BROKEN}-{way.replace(' ', '-')}"
    leave_turn_taken(cloud)
    begin: Callable[[], str] = partial(cloud.start, "pipeline", {"dataset": BROKEN}, run_id)
    execution, errors, problems = "", {}, []

    for redrives, one in enumerate(broken for broken in MATRIX if broken.way == way):
        heard = cloud.times_heard()
        with ExitStack() as broken:
            broken.enter_context(one.breaker(cloud))
            broken.enter_context(cloud.faults(*map(HOLDS.__getitem__, HELD.get(one.state, ()))))
            execution = begin()
            ended = cloud.end(execution, moving(cloud, one, execution))
            if one.hides_owner:
                cloud.await_telling(heard)
        assert ended["type"] == "ExecutionFailed", f"{one.state} by {way}: {ended}"
        cloud.await_telling(heard)
        errors[one.state], wrong = check_message(cloud, one, run_id, redrives)
        problems += wrong
        begin = partial(redriven, cloud, execution)

    begin()
    ended = cloud.end(execution)
    assert ended["type"] == "ExecutionSucceeded", ended
    entered = states_entered(cloud, execution)
    assert {one.state for one in MATRIX} <= entered, "a state that was broken is not of the run"
    assert not problems, "\n".join(problems)
    check_tables(cloud, way)
    record.keep(way, errors, cloud.cpu_seconds() - cpu_seconds)


def check_tables(cloud: BrokenCloud, way: str) -> None:
    """The tables of the dataset that was broken are those of the other, which then runs once."""
    calm = cloud.start("pipeline", {"dataset": CALM}, f"{CALM}-{way.replace(' ', '-')}")
    assert cloud.end(calm)["type"] == "ExecutionSucceeded"
    query = cloud.checkout.query
    forecast = "shop, forecast_time, mean, lower_80, upper_80, lower_95, upper_95"
    for sql in (
        "select shop, day, people from landing.{} order by 1, 2",
        "select shop, day, people from refined.{} order by 1, 2",
        "select shop, people from refined.{}_by_shop order by 1",
        f"select {forecast} from forecast.{{0}} where issued_on = "
        "(select max(issued_on) from forecast.{0}) order by 1, 2",
    ):
        disturbed, undisturbed = query(sql.format(BROKEN)), query(sql.format(CALM))
        assert undisturbed
        assert disturbed == undisturbed


def leave_turn_taken(cloud: BrokenCloud) -> None:
    """As a run leaves it whose machine went away: the next has to ask and to take it over."""
    first = cloud.machines["pipeline"].replace(":stateMachine:", ":execution:")
    cloud.client("dynamodb").put_item(
        TableName="millrace-local-state",
        Item={
            "pk": {"S": f"TURN#{BROKEN}"},
            "sk": {"S": "TURN"},
            "execution": {"S": f"{first}:{BROKEN}-first"},
        },
    )


def moving(cloud: BrokenCloud, one: Break, execution: str) -> Callable[[], None]:
    """How time is moved while a break lasts."""
    if one.limit_s:
        held = HELD.get(one.state, ())
        return partial(cloud.run_into, one.limit_s, execution, one.state, held)
    return cloud.skip_pauses if one.is_retried else (lambda: None)


def redriven(cloud: BrokenCloud, execution: str) -> str:
    cloud.steps.redrive_execution(executionArn=execution)
    return execution


def check_message(
    cloud: BrokenCloud, one: Break, run_id: str, redrives: int
) -> tuple[str, list[str]]:
    """Exactly one message, and what it says.

    Returns:
        The error that it names, and what is wrong with it.
    """
    mails = cloud.new_mails("failed")
    if {mail.to for mail in mails} != OWNER_AND_SUPPORT or len(mails) != 2:
        heard = [(mail.to, mail.subject) for mail in mails]
        return "?", [f"{one.state} by {one.way}: told {heard}"]
    text = f"{mails[0].subject}\n\n{mails[0].text}"
    error = re.search(rf"^The state {one.state} failed with (.+)\.$", text, re.MULTILINE)
    wanted = (
        f"[millrace] {BROKEN}: {one.state} failed (run {run_id})\n",
        f"Owner:      {'unknown' if one.hides_owner else f'field <{BROKEN}@example.com>'}\n",
        f"Run:        {run_id}{f', redrive {redrives}' * bool(redrives)}\n",
        "This week:  failed ",
        f"    millrace redrive {run_id}\n",
        f":execution:millrace-local-pipeline:{run_id}\n",
    )
    wrong = [f"no {words!r}" for words in wanted if words not in text]
    if error is None or not re.fullmatch(one.error, error[1]):
        wrong.append(f"another error than {one.error}")
    if not re.search(one.words, text):
        wrong.append(f"no {one.words!r}")
    problems = [f"{one.state} by {one.way}: {what}\n{text}" for what in wrong]
    return error[1] if error else "?", problems


def states_entered(cloud: BrokenCloud, execution: str) -> set[str]:
    pages = cloud.steps.get_paginator("get_execution_history")
    events: list[Any] = [
        event for page in pages.paginate(executionArn=execution) for event in page["events"]
    ]
    return {
        event["stateEnteredEventDetails"]["name"]
        for event in events
        if "stateEnteredEventDetails" in event
    }
