"""The etl job on inputs that break a careless one."""
