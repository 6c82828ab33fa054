"""What a process imports for its forks, and when it must not be forked."""

from __future__ import annotations

import os
import sys
from importlib import invalidate_caches

import pytest

from millrace_localcloud.forking import forks


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A folder of modules that can be imported; they are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)

    def write(name, text):
        (tmp_path / f"{name}.py").write_text(text)
        invalidate_caches()
        return tmp_path / f"{name}.py"

    yield write
    for name in sys.modules.keys() - known:
        del sys.modules[name]


def _script(tmp_path, text):
    script = tmp_path / "script"
    script.write_text(text)
    return script


def test_what_the_scripts_first_level_imports_is_there(modules, tmp_path):
    modules("first_of_script", "")
    modules("second_of_script", "ANSWER = 42")
    modules("later_in_script", "")

    forks.preload(
        _script(
            tmp_path,
            "import first_of_script\nfrom second_of_script import ANSWER\n"
            "def main():\n    import later_in_script\n"
            "raise SystemExit('the script itself is not run')\n",
        )
    )

    assert {"first_of_script", "second_of_script"} <= sys.modules.keys()
    assert "later_in_script" not in sys.modules


@pytest.mark.parametrize(
    "text", ["import no_such_module", "import broken_of_script", "def", "\0", "from . import x"]
)
def test_what_cannot_be_imported_is_left_to_the_script(modules, tmp_path, text):
    modules("broken_of_script", "raise ValueError('on purpose')")

    forks.preload(_script(tmp_path, text))


def test_modules_that_were_edited_or_removed_are_told(modules, tmp_path):
    edited, removed = modules("edited_module", ""), modules("removed_module", "")
    forks.preload(_script(tmp_path, "import edited_module\nimport removed_module\n"))
    loaded = forks.changes()
    assert forks.changes(loaded) == loaded

    os.utime(edited, ns=(1, 1))
    changed = forks.changes(loaded)
    assert {file for file in loaded if loaded[file] != changed[file]} == {str(edited)}

    removed.unlink()
    assert forks.changes(loaded)[str(removed)] is None
