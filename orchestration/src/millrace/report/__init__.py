"""What the command shows of a run: its progress and its summary."""
