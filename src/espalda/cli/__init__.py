"""The command line: each command is one call to flows."""

from espalda.cli.main import main

__all__ = ["main"]
