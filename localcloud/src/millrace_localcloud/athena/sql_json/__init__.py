"""The SQL standard's functions on JSON (Trino documentation, "JSON functions and operators").

``syntax`` reads their clauses, ``paths`` and ``evaluation`` are the path language, ``items`` reads
and writes JSON, ``querying`` and ``making`` say what the functions mean.
"""
