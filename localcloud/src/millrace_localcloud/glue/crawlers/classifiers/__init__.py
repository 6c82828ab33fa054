"""Read the schema of an object from a bounded piece of it."""
