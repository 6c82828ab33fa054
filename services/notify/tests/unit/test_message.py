from hypothesis import given
from hypothesis import strategies as st
from stage import attempt

from millrace_notify.message import Story, subject


def _story(dataset="flights", stage="Etl", run_id="r1"):
    return Story(attempt(dataset=dataset, run_id=run_id), stage, "E", "c", None, None, 1)


@given(st.text(), st.text(), st.text())
def test_any_subject_is_one_that_sns_accepts(dataset, stage, run_id):
    line = subject(_story(dataset, stage, run_id))

    assert len(line) <= 100
    assert line.isascii()
    assert line.isprintable()
    assert line.startswith("[millrace] ")


def test_a_uuid_fits():
    run_id = "2f9c1c4e-6a0e-4c39-8f52-0d9f5d7c1f10"

    assert subject(_story(run_id=run_id)).endswith(f"(run {run_id})")


def test_a_long_run_id_is_cut_before_the_stage_is():
    line = subject(_story(stage="CrawlLanding", run_id="r" * 80))

    assert line.startswith("[millrace] flights: CrawlLanding failed (run rrr")
    assert line.endswith("...)")
