"""Commits to a refined table: the log, the lease, what is put where."""
