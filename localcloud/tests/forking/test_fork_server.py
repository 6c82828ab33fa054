"""A fork is as a process that was started for its command alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from millrace_localcloud.forking.fork import Fork
from millrace_localcloud.forking.server import ForkServer
from millrace_localcloud.processes import ChildProcesses

LOOK = """
import json, os, random, sys, tempfile
import held
print(json.dumps({
    "name": __name__,
    "argv": sys.argv,
    "held by": held.PID,
    "pid": os.getpid(),
    "group": os.getpgid(0),
    "env": dict(os.environ),
    "folder": os.getcwd(),
    "temporary": tempfile.gettempdir(),
    "path": sys.path[:2],
    "drawn": random.random(),
    "input": sys.stdin.read(),
    "open": sorted(int(fd) for fd in os.listdir("/proc/self/fd")),
}))
"""
HELD = "import os\nPID = os.getpid()\nprint('held is imported', flush=True)\n"
forked = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.fixture
def children():
    started = ChildProcesses()
    yield started
    started.kill_all()


class Programs:
    """Starts programs of one folder, whose module ``held`` is imported beforehand."""

    def __init__(self, children, folder):
        self.children = children
        self.folder = folder
        self.write("held", HELD)
        self.server = None

    def write(self, name, text):
        path = self.folder / f"{name}.py"
        path.write_text(text)
        return path

    def begin(self, program, env=None):
        with (self.folder / "imports.log").open("wb") as log:
            self.server = ForkServer(
                self.children,
                Path(sys.executable),
                program,
                env={"PYTHONPATH": str(self.folder), **(env or {})},
                folder=self.folder,
                log=log,
            )

    def start(self, *arguments, env=None):
        number = len(list(self.folder.glob("output-*")))
        log = self.folder / f"output-{number}"
        with log.open("wb") as output:
            env = {"PYTHONPATH": str(self.folder), **(env or {})}
            command = [sys.executable, *map(str, arguments)]
            return self.server.start(command, env=env, cwd=self.folder, stdout=output), log

    def look(self, *arguments, env=None):
        process, log = self.start(*arguments, env=env)
        assert process.wait(60) == 0, log.read_text()
        return json.loads(log.read_text().splitlines()[-1])


@pytest.fixture
def programs(children, tmp_path):
    return Programs(children, tmp_path)


@forked
def test_a_fork_sees_what_a_process_of_its_own_would(programs):
    script = programs.write("look", LOOK)
    programs.begin(str(script), env={"OF_IMPORTS": "1"})
    plain = subprocess.run(
        [sys.executable, "-P", script, "a", "b"],
        env={"MINE": "1", "PYTHONPATH": str(programs.folder)},
        cwd=programs.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )

    found = programs.look("-P", script, "a", "b", env={"MINE": "1"})

    assert found["held by"] not in (found["pid"], os.getpid())
    expected = json.loads(plain.stdout.splitlines()[-1])
    own = ("held by", "pid", "group", "drawn")
    assert {name: found[name] for name in found if name not in own} == {
        name: expected[name] for name in expected if name not in own
    }
    assert found["group"] == found["pid"]
    assert (programs.folder / "imports.log").read_text() == "held is imported\n"


@forked
def test_a_module_is_found_in_its_folder(programs):
    programs.write("look", LOOK)
    programs.begin("look")

    found = programs.look("-m", "look", "a")

    assert found["argv"] == [str(programs.folder / "look.py"), "a"]
    assert found["path"][0] == str(programs.folder)
    assert found["held by"] != found["pid"]


@forked
def test_forks_draw_their_own_numbers(programs):
    script = programs.write("look", "import random\n" + LOOK)
    programs.begin(str(script))

    assert len({programs.look("-P", script)["drawn"] for _ in range(3)}) == 3


@forked
@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("pass", 0),
        ("raise SystemExit(7)", 7),
        ("raise ValueError('on purpose')", 1),
        ("os.kill(os.getpid(), 9)", -9),
    ],
)
def test_the_end_of_a_fork_is_known(programs, end, status):
    script = programs.write(
        "ends",
        "import atexit, os, threading, time\n"
        "atexit.register(print, 'at the end', flush=True)\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('beside'))).start()\n"
        f"{end}\n",
    )
    programs.begin(str(script))

    process, log = programs.start("-P", script)

    assert isinstance(process, Fork)
    assert process.wait(60) == process.poll() == status
    said = log.read_text()
    assert ("beside\nat the end\n" in said) == (status >= 0)
    assert ("ValueError: on purpose" in said) == (status == 1)


@forked
def test_what_a_fork_has_started_ends_with_it(programs, eventually):
    script = programs.write(
        "starts",
        "import subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600 if sys.argv[1:] else 0)\n",
    )
    programs.begin(str(script))
    ends_itself, log = programs.start("-P", script)
    assert ends_itself.wait(60) == 0
    assert eventually(lambda: _gone(int(log.read_text())))

    killed, log = programs.start("-P", script, "stay")
    assert eventually(log.read_text)
    killed.kill()

    assert killed.poll() == -9
    assert eventually(lambda: _gone(int(log.read_text())))


@forked
def test_many_are_started_at_once_and_end_in_any_order(programs):
    script = programs.write("sleeps", "import sys, time\ntime.sleep(float(sys.argv[1]))\n")
    programs.begin(str(script))

    processes = [programs.start("-P", script, 0.3 - 0.02 * number)[0] for number in range(12)]

    assert [process.wait(60) for process in processes] == [0] * 12
    assert len({process.pid for process in processes}) == 12


@forked
@pytest.mark.parametrize(
    "change",
    [
        lambda programs: programs.write("held", HELD + "\n# edited"),
        lambda programs: (programs.folder / "held.py").unlink(),
        lambda programs: programs.server.close(),
        lambda programs: programs.server.kill(),
    ],
    ids=["edited", "removed", "closed", "killed"],
)
def test_what_cannot_be_forked_is_started_by_itself(programs, change):
    script = programs.write("look", LOOK.replace("import held", "import held_not_or_anew as held"))
    programs.write(
        "held_not_or_anew", "try:\n    from held import PID\nexcept ImportError:\n    PID = 0"
    )
    programs.begin(str(script))
    assert programs.look("-P", script)["held by"] > 0
    os.utime(programs.folder / "held.py", ns=(1, 1))

    change(programs)

    found = programs.look("-P", script)
    assert found["held by"] in (found["pid"], 0)


@forked
def test_a_process_with_threads_is_not_forked(programs):
    programs.write(
        "held",
        "import threading, time\n"
        + HELD
        + "threading.Thread(target=time.sleep, args=(2,)).start()",
    )
    script = programs.write("look", LOOK)
    programs.begin(str(script))

    found = programs.look("-P", script)

    assert found["held by"] == found["pid"]


@forked
def test_a_command_that_no_packet_holds_is_started_by_itself(programs):
    script = programs.write("look", LOOK)
    programs.begin(str(script))

    found = programs.look("-P", script, *["x" * 100_000] * 8)

    assert len(found["argv"]) == 9
    assert found["held by"] == found["pid"]


@forked
def test_what_runs_may_end_when_no_more_are_forked(programs, eventually):
    script = programs.write(
        "stays", "import sys, time\nprint('at work', flush=True)\ntime.sleep(1)"
    )
    programs.begin(str(script))
    process, log = programs.start("-P", script)
    assert eventually(log.read_text)

    programs.server.close()

    assert process.wait(60) == 0


def _gone(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True
