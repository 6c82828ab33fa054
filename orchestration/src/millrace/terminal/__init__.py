"""What every command shares: its options, the cloud it talks to, how it prints and how it ends."""

from millrace.terminal.cloud import Cloud, connected, find_project
from millrace.terminal.exits import told
from millrace.terminal.options import Options, TargetName, options_of, with_json, with_target
from millrace.terminal.printing import complaints, console, print_json

__all__ = [
    "Cloud",
    "Options",
    "TargetName",
    "complaints",
    "connected",
    "console",
    "find_project",
    "options_of",
    "print_json",
    "told",
    "with_json",
    "with_target",
]
