"""The ``spark-submit`` of a job, with every bucket of the lake mounted as ``s3://``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

_GIB = 1024**3
_WORKER_MEMORY_GIB = {
    "Standard": 16,
    "G.025X": 4,
    "G.1X": 16,
    "G.2X": 32,
    "G.4X": 64,
    "G.8X": 128,
    "G.12X": 192,
    "G.16X": 256,
    "R.1X": 32,
    "R.2X": 64,
    "R.4X": 128,
    "R.8X": 256,
}
"""Memory of one worker ("Adding jobs in AWS Glue", worker type)."""
MASTER = "local[*]"
_HEAP_SHARE = 0.6
"""Part of a worker's memory that is Spark's heap; Glue gives a 16 GB worker 10 GB."""
_MACHINE_SHARE = 0.5
QUICK_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A laptop's jobs are short: most of their time a server's compiler and collector would warm up. A
long job sets ``--conf spark.driver.extraJavaOptions=`` to have them."""


def memory_mib(worker_type: str | None, machine_bytes: int) -> int:
    """Heap of the one local JVM: the worker's, but never more than half of the machine.

    Args:
        worker_type: Glue's worker type; None is a G.1X.
        machine_bytes: Physical memory of this machine.
    """
    worker = _WORKER_MEMORY_GIB.get(worker_type or "G.1X", 16) * _GIB * _HEAP_SHARE
    return int(min(worker, machine_bytes * _MACHINE_SHARE) / 1024**2)


def machine_memory_bytes() -> int:
    """Physical memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def lake_settings(lake: Path, buckets: Iterable[str]) -> dict[str, str]:
    """Hadoop settings that make ``s3://<bucket>/<key>`` the file ``<lake>/<bucket>/<key>``.

    ViewFileSystemOverloadScheme mounts each bucket ("View File System Overload Scheme Guide",
    Hadoop). Its targets have a scheme of their own, bound to the raw local file system: ``file://``
    is the checksummed one, which would leave a ``.crc`` beside every object.
    """
    mounts = {
        f"fs.viewfs.mounttable.{bucket}.linkFallback": f"lakefile://{quote(str(lake / bucket))}"
        for bucket in buckets
    }
    return {
        "fs.s3.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
        "fs.lakefile.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
        **mounts,
    }


def settings_of_run(
    *,
    folder: Path,
    heap_mib: int,
    hadoop: Mapping[str, str],
    conf: Iterable[str],
    jvm_options: Iterable[str] = (),
) -> dict[str, str]:
    """Spark's settings of one run.

    Args:
        folder: The run's own folder; everything temporary stays below it.
        heap_mib: JVM heap.
        hadoop: Hadoop settings.
        conf: The job's own settings, ``name=value``, which win over these.
        jvm_options: More options of the JVM.
    """
    more = " ".join(f'"{option}"' for option in jvm_options)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "WARN",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{heap_mib}m",
        "spark.driver.extraJavaOptions": (
            f'"-Djava.io.tmpdir={folder}" "-Dderby.system.home={folder}" {QUICK_JVM} {more}'
        ),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    settings |= {f"spark.hadoop.{name}": value for name, value in hadoop.items()}
    return settings | {name: value for name, _, value in (each.partition("=") for each in conf)}


def as_submitted(script: str) -> dict[str, str]:
    """What ``spark-submit`` adds to the settings of a script."""
    return {
        "spark.master": MASTER,
        "spark.submit.deployMode": "client",
        "spark.submit.pyFiles": "",
        "spark.app.name": script,
    }


def submit_command(spark_home: Path, settings: Mapping[str, str]) -> list[str]:
    """``spark-submit`` with its options, to be followed by the script and its arguments.

    Args:
        spark_home: Folder of the job's pyspark.
        settings: Spark's settings.
    """
    options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    return [str(spark_home / "bin" / "spark-submit"), "--master", MASTER, *options]
