from __future__ import annotations

import os
import subprocess
import sys


def test_without_an_engine_the_cloud_does_not_start_and_says_why(tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "millrace_localcloud", "serve"),
            *("--home", str(tmp_path), "--containers", "host"),
        ],
        env={**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/none.sock"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == os.EX_TEMPFAIL
    assert "no Docker engine answers" in done.stderr
    assert not (tmp_path / "endpoint.json").exists()
