"""Each service installs, imports and passes its tests with no other service anywhere near."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alone import SERVICES, NotReleased, put_alone
from templates import ROOT

LARGE = {"etl", "forecast", "ingest"}
"""Services whose packages take long to unpack."""

IMPORT_ALL = """
import importlib, json, pkgutil, sys
from importlib.metadata import distributions
package = importlib.import_module(sys.argv[1])
names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
ours = sorted(d.name for d in distributions() if d.name.startswith("millrace"))
print(json.dumps({"modules": len(names), "ours": ours}))
"""


@pytest.fixture
def alone(request):
    # Not below pytest's folder, which each session of pytest that begins closes to others: run by
    # root, the PostgreSQL of a service's tests is another user's, and so are its programs.
    with TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        try:
            yield put_alone(request.param, root)
        except NotReleased as missing:
            pytest.skip(str(missing))


@pytest.mark.parametrize(
    "alone",
    [pytest.param(name, marks=pytest.mark.whole) if name in LARGE else name for name in SERVICES],
    indirect=True,
)
def test_a_service_installs_and_imports_alone(alone):
    service = alone.folder.name
    alone.install("--no-dev", "--all-extras")

    found = json.loads(alone.python("-c", IMPORT_ALL, f"millrace_{service}"))

    assert found["ours"] == ["millrace-contracts", f"millrace-{service}"]
    assert found["modules"] > 3


@pytest.mark.whole
@pytest.mark.parametrize("alone", SERVICES, indirect=True)
def test_a_service_passes_its_tests_alone(alone):
    alone.install("--all-extras")
    root = alone.folder.parents[1]
    if "localcloud" in (alone.folder / "Makefile").read_text(encoding="utf-8"):
        (root / "localcloud").symlink_to(ROOT / "localcloud")

    assert "passed" in alone.python("-m", "pytest", "-p", "no:cacheprovider")
