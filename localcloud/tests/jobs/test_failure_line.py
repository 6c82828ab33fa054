from __future__ import annotations

import pytest

from millrace_localcloud.jobs.failures import failure_line

JAVA = """26/01/02 WARN TaskSetManager: Lost task
Traceback (most recent call last):
  File "job.py", line 3, in <module>
    frame.write.parquet("s3://b/x")
  File "protocol.py", line 326, in get_return_value
py4j.protocol.Py4JJavaError: An error occurred while calling o45.parquet.
: org.apache.spark.SparkException: Job aborted.
\tat org.apache.spark.sql.Tower.climb(Tower.scala:1)
Caused by: org.apache.spark.SparkException: Task failed
\tat org.apache.spark.sql.Tower.climb(Tower.scala:2)
Caused by: java.io.IOException: No space left on device
\tat java.base/java.io.FileOutputStream.write(Unknown Source)
"""

CHAINED = """Traceback (most recent call last):
  File "job.py", line 1, in <module>
KeyError: 'flights'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "job.py", line 9, in <module>
millrace_etl.errors.SpecMissing: no spec for flights
said after
"""


@pytest.mark.parametrize(
    ("output", "status", "line"),
    [
        (JAVA, 1, "java.io.IOException: No space left on device"),
        (CHAINED, 1, "SpecMissing: no spec for flights"),
        ("working\n", 3, "SystemExit: 3: working"),
        ("", 2, "SystemExit: 2"),
        (JAVA, -9, "The process was ended by SIGKILL"),
    ],
)
def test_a_failure_is_told_in_one_line(output, status, line):
    assert failure_line(output.splitlines(), status) == line
