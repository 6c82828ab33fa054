"""Glue crawlers: list the objects, find the tables among them, and write the catalog."""
