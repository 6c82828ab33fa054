"""Glue jobs: each run is a process in the environment of the job's own project."""
