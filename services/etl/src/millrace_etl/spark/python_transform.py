"""Run ``transform.py`` over the good rows."""

from __future__ import annotations

from pyspark.sql import DataFrame

from millrace_etl.errors import EtlError, TransformInvalid

ORDER = "_order"
"""Hidden column that tells which of two rows with equal keys is the later one."""

_FILE = "transform.py"
_FUNCTION = "transform"


def call_transform(source: DataFrame, text: str) -> DataFrame:
    """Frame that the file's function ``transform`` makes of ``source``.

    The frame it gets holds the hidden column ``_order`` where the dataset has keys; where the
    result still holds it, the row that was read last wins.

    Raises:
        TransformInvalid: The file has no such function, or the function fails or gives no frame.
    """
    module: dict[str, object] = {"__name__": "transform"}
    try:
        exec(compile(text, _FILE, "exec"), module)
        function = module.get(_FUNCTION)
        if not callable(function):
            raise TransformInvalid(f"{_FILE}: it has no function {_FUNCTION}(source)")
        result = function(source)
    except EtlError:
        raise
    except Exception as exc:
        line = " ".join(f"{type(exc).__name__}: {exc}".split())
        raise TransformInvalid(f"{_FILE}: {line[:500]}") from exc
    if not isinstance(result, DataFrame):
        raise TransformInvalid(
            f"{_FILE}: {_FUNCTION} gave {type(result).__name__}, not a DataFrame"
        )
    return result
