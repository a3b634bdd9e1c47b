"""Who may do what, and to whom."""

from bole.access.actor import SYSTEM, Actor, Scope
from bole.access.requires import permission_of, requires
from bole.access.work import Work

__all__ = ["SYSTEM", "Actor", "Scope", "Work", "permission_of", "requires"]
