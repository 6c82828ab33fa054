"""The etl job beside other engines: same input, same output, one after the other."""
