"""Notify: turn a failed run into one message that a person can act on."""
