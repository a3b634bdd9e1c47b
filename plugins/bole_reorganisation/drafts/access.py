"""Who may see drafts: what is planned is not for everybody who may see what is so."""

from __future__ import annotations

from bole import Forbidden, Scope, Work, demand_company

READERS = ("reorganisation.draft.write", "reorganisation.draft.activate", "reorganisation.request.handle")
"""Whoever holds one of these for the whole company sees drafts."""


def sees_drafts(work: Work) -> bool:
    """Tell whether the actor may see drafts."""
    return any(work.actor.scope(permission) is Scope.COMPANY for permission in READERS)


def demand_drafts(work: Work) -> None:
    """
    Let pass only an actor who may see the organisation as a whole, and drafts of it.

    Raises:
        Forbidden: the actor may not.
    """
    demand_company(work, "core.org.read")
    if not sees_drafts(work):
        raise Forbidden(
            "reorganisation.drafts_unseen",
            f"{work.actor.name} may not see drafts of the organisation; it takes one of {', '.join(map(repr, READERS))} for the whole company.",
            "Ask an administrator for a role that grants it.",
        )
