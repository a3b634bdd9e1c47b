"""A piece of work: who does it, when, with which plugins, in which session."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bole.access.actor import SYSTEM, Actor
from bole.clock import Clock, SystemClock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bole.host import Host


@dataclass(frozen=True, slots=True)
class Work:
    """
    What every service takes as its first argument.

    Args:
        session: the database session; the service begins and ends the transaction.
        actor: on whose behalf.
        host: the plugins and what they declared.
        clock: tells the time.
    """

    session: Session
    host: Host
    actor: Actor = SYSTEM
    clock: Clock = field(default_factory=SystemClock)

    def acting_as(self, actor: Actor) -> Work:
        """Return the same work on another actor's behalf."""
        return replace(self, actor=actor)
