"""A declared column as Spark SQL: its type, its rules, what is written of it."""
