"""Scores forecasts on public competitions."""
