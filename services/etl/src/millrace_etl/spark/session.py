"""The Spark session, tuned for what the job does."""

from __future__ import annotations

from pyspark.sql import SparkSession

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.sources.partitionOverwriteMode": "static",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.hadoop.parquet.summary.metadata.level": "none",
    # A text's columns are counted on every line: pruning would accept a line that is too short.
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.optimizer.enableCsvExpressionOptimization": "false",
    "spark.sql.optimizer.enableJsonExpressionOptimization": "false",
    # HotSpot never compiles a method above 8,000 bytes of bytecode (its flag HugeMethodLimit): a
    # table of many columns would be checked by its interpreter. Beyond it, Spark splits the code.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # S3 has no nearest copy; to look for one, Hadoop forks a process for each local file it lists.
    "spark.sql.sources.ignoreDataLocality": "true",
    # Thousands of files are listed by these many tasks, and not by one for each.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "32",
    # A part that Spark cannot read stops the run; it is never passed over.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.adaptive.enabled": "true",
    # Of shuffled rows. As zstd Parquet they are a third of it or up to all of it: 128 to 480 MB.
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "400m",
    "spark.sql.adaptive.coalescePartitions.minPartitionSize": "8m",
    # It would drop the plan that counts rows when no row is good.
    "spark.sql.adaptive.optimizer.excludedRules": (
        "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation"
    ),
    # It would put each use of a value another way, so that the value is worked out for each.
    "spark.sql.optimizer.excludedRules": (
        "org.apache.spark.sql.catalyst.optimizer.PushFoldableIntoBranches"
    ),
    # Few rows share a key: a limit before the shuffle would sort them all once more for nothing.
    "spark.sql.optimizer.windowGroupLimitThreshold": "-1",
    # A second attempt of a slow task would write and count its rows twice.
    "spark.speculation": "false",
}

_NUMBERED_BYTES = 1024**3
"""Files up to this size are read by one task each to number their rows."""
_OPEN_COST_BYTES = 4 * 1024**2
"""Spark's own default of ``spark.sql.files.openCostInBytes``."""
_TASKS_PER_CORE = 16
"""Tasks of each core that thousands of small files are shared out to."""


def start_session() -> SparkSession:
    """The session of this process, started when there is none."""
    builder = SparkSession.builder.appName("millrace-etl")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def size_shuffles(
    session: SparkSession, input_bytes: int, files: int, *, partitioned: bool
) -> None:
    """Set how finely input and shuffles are cut, by what there is to process.

    One shuffle partition for each 32 MB of input, at least one for each core, at most 4,000:
    adaptive execution joins those that turn out small. Input is cut so that each core has a part.

    A task that writes a partitioned table sorts its rows. Joining shuffle partitions to fewer tasks
    would give no fewer files, and sorts too big for young memory: they are left as many.

    Args:
        session: The session that will read it.
        input_bytes: Size of the files as they landed.
        files: How many they are: small ones share a task.
        partitioned: Whether the table that is written has partitions.
    """
    cores = session.sparkContext.defaultParallelism
    partitions = max(cores, min(4000, input_bytes // (32 * 1024**2)))
    session.conf.set("spark.sql.shuffle.partitions", str(partitions))
    fewest = partitions if partitioned else cores
    session.conf.set("spark.sql.adaptive.coalescePartitions.minPartitionNum", str(fewest))
    split = max(4 * 1024**2, min(128 * 1024**2, input_bytes // cores + 1))
    session.conf.set("spark.sql.files.maxPartitionBytes", str(split))
    open_cost = min(_OPEN_COST_BYTES, split * cores * _TASKS_PER_CORE // max(files, 1) + 1)
    session.conf.set("spark.sql.files.openCostInBytes", str(open_cost))


def one_task_per_file(session: SparkSession, largest_bytes: int) -> bool:
    """Let one task read each file, so that it counts the file's rows; False where one is too big.

    Args:
        session: The session that will read them.
        largest_bytes: Size of the largest file.
    """
    if largest_bytes > _NUMBERED_BYTES:
        return False
    session.conf.set("spark.sql.files.maxPartitionBytes", str(largest_bytes + 1))
    session.conf.set("spark.sql.files.openCostInBytes", str(largest_bytes + 1))
    return True
