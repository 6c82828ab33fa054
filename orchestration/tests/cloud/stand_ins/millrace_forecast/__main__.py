"""Stands for the forecast's container: a model of one number, and a forecast of one row."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
if sys.argv[1] == "train":
    (base / "model").mkdir(parents=True, exist_ok=True)
    (base / "model" / "model.json").write_text(json.dumps({"mean": 2.5}))
elif sys.argv[1] == "score":
    (base / "output").mkdir(exist_ok=True)
    (base / "processing" / "output" / "scores").mkdir(parents=True)
    told = {"judged": True, "relative_mase": 0.5, "training_due": False}
    (base / "output" / "message").write_text(json.dumps(told))
else:
    day = base / "processing" / "output" / "forecast" / f"issued_on={os.environ['ISSUED_ON']}"
    day.mkdir(parents=True)
    pq.write_table(pa.table({"id": [1], "mean": [2.5]}), day / "part-0.parquet")
    (base / "output").mkdir(exist_ok=True)
    (base / "output" / "message").write_text("1 row")
