"""Statements: which kind a text is, and what each kind does."""
