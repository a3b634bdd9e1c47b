"""What the ledger raises when evidence does not hold."""

from __future__ import annotations

from bole.errors import BoleError


class NotProven(BoleError):
    """A signature, a proof or a root does not match: the evidence was altered, or belongs to something else."""
