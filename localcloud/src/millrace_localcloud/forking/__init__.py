"""Programs that start with what they import already there."""
