"""View: make a dataset's SQL files the views of its refined tables."""
