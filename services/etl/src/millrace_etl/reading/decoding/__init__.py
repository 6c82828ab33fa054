"""Formats that Spark does not read: each file becomes records, one after the other, in Python."""
