"""Trino's documentation, page by page: what it says that a query answers, Athena answers here.

An answer is right, refused by name, or wrong; none may be wrong, and 95 % must be right. The
counts of each page are printed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest

from athena.documentation import Example, pages
from athena.probing import opened_engine
from millrace_localcloud.athena.errors import QueryFailed

PAGES = pages()
FEWEST = 400
RIGHT_SHARE = 0.95


@dataclass
class Outcome:
    """What became of a page's examples."""

    right: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, example: Example, engine) -> None:
        try:
            rows = engine.rows(example.sql)
        except QueryFailed as failed:
            self._failed(example, failed)
            return
        except Exception as error:
            self.wrong.append(f"{example.sql}\n  ended with {error!r}")
            return
        if example.error is None and example.agrees(rows):
            self.right.append(example.sql)
        else:
            said = example.rows if example.error is None else "an error"
            self.wrong.append(f"{example.sql}\n  answered {rows}\n  for {said}")

    def _failed(self, example: Example, failed: QueryFailed) -> None:
        if example.error is not None and example.error == failed.code:
            self.right.append(example.sql)
        elif failed.code == "NOT_SUPPORTED":
            self.refused.append(f"{example.sql}\n  {failed}")
        elif example.error == "":
            self.right.append(example.sql)
        else:
            said = example.rows if example.error is None else example.error
            self.wrong.append(f"{example.sql}\n  failed: {failed}\n  for {said}")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    found = {}
    with opened_engine(tmp_path_factory.mktemp("engine")) as engine:
        for page, examples in PAGES.items():
            found[page] = Outcome()
            for example in examples:
                found[page].add(example, engine)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_answer_differs_from_the_page(page, outcomes):
    assert outcomes[page].wrong == []


def table_of(outcomes) -> str:
    lines = [f"{'page':<14}{'stated':>8}{'right':>7}{'refused':>9}{'wrong':>7}"]
    for page, found in outcomes.items():
        counts = (len(PAGES[page]), len(found.right), len(found.refused), len(found.wrong))
        lines.append("{:<14}{:>8}{:>7}{:>9}{:>7}".format(page, *counts))
    return "\n".join(lines)


def test_nearly_all_that_the_documentation_says_is_answered(outcomes, capsys):
    every = [one for examples in PAGES.values() for one in examples]
    shown = [one.sql for one in every if not one.is_quoted]
    right = [sql for found in outcomes.values() for sql in found.right]
    shown_right = sum(sql in right for sql in shown)
    with capsys.disabled():
        sys.stdout.write(f"\n{table_of(outcomes)}\n{len(right)} of {len(every)} are right; ")
        sys.stdout.write(f"of the pages' own examples {shown_right} of {len(shown)}\n")

    assert len(every) >= FEWEST
    assert len(right) >= RIGHT_SHARE * len(every)
    assert shown_right >= RIGHT_SHARE * len(shown)
    assert sum(len(found.wrong) for found in outcomes.values()) == 0
