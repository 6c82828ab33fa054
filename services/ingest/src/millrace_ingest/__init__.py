"""Ingest: land every file version of a source once, and say what a run has to process."""
