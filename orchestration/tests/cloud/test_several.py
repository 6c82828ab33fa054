"""Several datasets in one command, shown together."""

from __future__ import annotations

from checkouts import SPEC, Checkout

QUERY = "select source.id, crews.id as crew from source left join crews on crews.id = source.id\n"


def declare(checkout: Checkout, name: str, query: str = "") -> None:
    """A dataset whose source is an empty folder."""
    (checkout.root / ".millrace" / "sources" / name).mkdir()
    folder = checkout.root / "datasets" / name
    folder.mkdir()
    (folder / "dataset.yaml").write_text(SPEC.format(name=name, more=""))
    if query:
        (folder / "transform.sql").write_text(query)


def test_datasets_whose_tables_were_never_made_run_before_those_that_read_them(checkout: Checkout):
    declare(checkout, "crews")
    declare(checkout, "ships", QUERY)

    done = checkout.millrace("run", "ships")

    assert done.exit_code == 0, done.output
    assert "First, because their tables are needed: crews" in done.stdout
    assert -1 < done.stdout.find("crews  ✓ Ingest") < done.stdout.find("ships  ▸ Ingest")
    assert "  crews  nothing new\n  ships  nothing new\n" in done.stdout
    told = checkout.answer("run", "ships")
    assert [run["dataset"] for run in told["runs"]] == ["crews", "ships"]

    broken = checkout.millrace("run", "ships", "--fail", "view")

    assert broken.exit_code == 0, broken.output
    assert broken.stdout.find("crews  nothing new") < broken.stdout.find("Nothing new in")
