"""How far a permission to write must reach."""

from __future__ import annotations

from bole.access import Scope, Work
from bole.errors import Forbidden


def demand_company(work: Work, permission: str) -> None:
    """
    Let pass only an actor who holds a permission for the whole company.

    Raises:
        Forbidden: the permission was not granted, or for less than the company.
    """
    scope = work.actor.demand(permission)
    if scope is not Scope.COMPANY:
        raise Forbidden(
            "core.outside_scope",
            f"{work.actor.name} holds {permission!r} for {scope.name.lower()}; this takes it for the whole company.",
            "Ask somebody whose scope reaches further, or an administrator.",
        )
