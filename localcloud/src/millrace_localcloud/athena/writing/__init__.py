"""Writing the rows of a query as files of a table or of UNLOAD."""
