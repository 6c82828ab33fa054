"""Etl: landed files become the refined table, and every row is accounted for."""
