"""Athena's API where moto's answers are not enough."""
