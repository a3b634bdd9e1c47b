"""The ``bole`` program. Nothing heavy is imported until a command needs it."""

from bole.cli.program import main

__all__ = ["main"]
