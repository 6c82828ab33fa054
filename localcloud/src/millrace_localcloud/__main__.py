"""``millrace-localcloud serve``: run the local cloud in the foreground."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from millrace_localcloud.containers import EngineUnavailable
from millrace_localcloud.environments import Environment
from millrace_localcloud.glue.jobs.class_archive import ArchiveFailed, ClassArchive
from millrace_localcloud.glue.jobs.errors import JobUnrunnable
from millrace_localcloud.glue.jobs.spark import lake_settings
from millrace_localcloud.home import Home, HomeInUse
from millrace_localcloud.mail.relay import SmtpServer
from millrace_localcloud.persistence.saver import SaveFailed
from millrace_localcloud.persistence.snapshot import StateUnreadable
from millrace_localcloud.server import serve


def main() -> None:
    """Parse the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="millrace-localcloud", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="serve on 127.0.0.1 until stopped")
    command.add_argument("--home", type=Path, required=True, help="directory that keeps everything")
    command.add_argument("--port", type=int, default=0, help="0 takes a free one")
    command.add_argument(
        "--environment",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="project folder whose .venv runs the image or wheel NAME",
    )
    command.add_argument(
        "--smtp",
        type=SmtpServer.parse,
        metavar="HOST:PORT",
        help="also send email there",
    )
    command.add_argument(
        "--containers",
        metavar="NETWORK",
        help="run images in a Docker engine's containers, on the network 'host' or 'container:ID'",
    )
    command.add_argument(
        "--beside",
        type=shlex.split,
        default=[],
        metavar="COMMAND",
        help="a program that runs as long as the cloud does, with the cloud as its AWS",
    )
    settings = commands.add_parser(
        "spark-settings", help="print the spark-defaults.conf with which Spark reads s3:// here"
    )
    settings.add_argument("--home", type=Path, required=True, help="directory of the cloud")
    archive = commands.add_parser(
        "archive-classes",
        help="write down Spark's classes, so that its jobs start sooner",
    )
    archive.add_argument("project", type=Path, help="folder of the jobs' project, with its .venv")
    arguments = parser.parse_args()
    if arguments.command == "spark-settings":
        _print_spark_settings(Home(arguments.home.resolve()).lake)
    elif arguments.command == "archive-classes":
        _archive_classes(arguments.project.resolve())
    else:
        _serve(arguments)


def _print_spark_settings(lake: Path) -> None:
    buckets = sorted(folder.name for folder in lake.iterdir() if folder.is_dir())
    for name, value in lake_settings(lake, buckets).items():
        print(f"spark.hadoop.{name} {value}")  # noqa: T201


def _archive_classes(project: Path) -> None:
    environment = Environment(project.name, project)
    try:
        ClassArchive.of(environment).write(environment, os.environ)
    except (ArchiveFailed, JobUnrunnable) as exc:
        print(f"Spark's classes are not written down: {exc}", file=sys.stderr)  # noqa: T201
        sys.exit(os.EX_SOFTWARE)


def _serve(arguments: argparse.Namespace) -> None:
    projects = dict(pair.split("=", 1) for pair in arguments.environment)
    try:
        serve(
            home=arguments.home.resolve(),
            port=arguments.port,
            projects={name: Path(folder).resolve() for name, folder in projects.items()},
            inherited_env=os.environ,
            smtp=arguments.smtp,
            containers=arguments.containers,
            beside=arguments.beside,
        )
    except (HomeInUse, EngineUnavailable) as exc:
        print(exc, file=sys.stderr)  # noqa: T201
        sys.exit(os.EX_TEMPFAIL)
    except StateUnreadable as exc:
        print(exc, file=sys.stderr)  # noqa: T201
        sys.exit(os.EX_CONFIG)
    except SaveFailed as exc:
        print(exc, file=sys.stderr)  # noqa: T201
        sys.exit(os.EX_IOERR)


if __name__ == "__main__":
    main()
