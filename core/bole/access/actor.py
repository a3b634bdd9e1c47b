"""The actor: who acts, and what he, she or it was granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bole.errors import Forbidden, InvalidValue


class Scope(IntEnum):
    """How far a permission reaches; a larger scope holds the smaller ones."""

    SELF = 1
    REPORTS = 2
    UNIT = 3
    COMPANY = 4

    @classmethod
    def parse(cls, text: str) -> Scope:
        """
        Return the scope named ``self``, ``reports``, ``unit`` or ``company``.

        Raises:
            InvalidValue: it has another name.
        """
        try:
            return cls[text.upper()]
        except KeyError:
            raise InvalidValue("core.unknown_scope", f"unknown scope {text!r}.", "Use self, reports, unit or company.") from None


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Whoever asks for something to be done.

    Args:
        name: for logs and the ledger.
        employee_id: the employee the actor is, where it is one; scopes below company start there.
        grants: permission to scope.
        everything: true for the system itself only.
    """

    name: str
    user_id: int | None = None
    employee_id: int | None = None
    grants: Mapping[str, Scope] = field(default_factory=dict)
    everything: bool = False

    def scope(self, permission: str) -> Scope | None:
        """Return how far the permission reaches for this actor; nothing when it was not granted."""
        return Scope.COMPANY if self.everything else self.grants.get(permission)

    def demand(self, permission: str) -> Scope:
        """
        Return how far the permission reaches.

        Raises:
            Forbidden: it was not granted.
        """
        scope = self.scope(permission)
        if scope is None:
            raise Forbidden("core.forbidden", f"{self.name} lacks the permission {permission!r}.", "Ask an administrator for a role that grants it.")
        return scope


SYSTEM = Actor("system", everything=True)
"""The platform acting on its own behalf: set-up, jobs, the command line on the server itself."""
