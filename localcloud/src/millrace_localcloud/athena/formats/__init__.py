"""File formats of tables, read as the catalog declares them."""
