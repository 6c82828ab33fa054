"""The command's words. A module here is found by ``millrace.cli``; its ``COMMANDS`` are added."""
