"""Feed on a SQL table: PostgreSQL by ADBC, every other database by SQLAlchemy."""

import os
import sys

# Arrow reads it, once: its own allocator keeps what it freed, up to 18 MiB for no time saved.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # noqa: TID251
# Arrow's own file systems of clouds, which nothing here uses, are 3 MiB; it does without them
# where they cannot be imported, as in builds that lack them.
for _name in ("_azurefs", "_gcsfs", "_hdfs", "_s3fs"):
    sys.modules.setdefault(f"pyarrow.{_name}", None)  # type: ignore[arg-type]
