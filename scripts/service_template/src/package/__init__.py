"""Millrace's {name}."""
