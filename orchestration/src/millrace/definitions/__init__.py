"""Check state machines and templates, offline."""

from millrace.definitions.machines import check_machine
from millrace.definitions.templates import check_template, read_template

__all__ = ["check_machine", "check_template", "read_template"]
