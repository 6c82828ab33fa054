"""Which landed files are read together, and how those that Spark cannot read are decoded."""
