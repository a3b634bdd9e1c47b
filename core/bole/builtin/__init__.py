"""The core as a plugin of itself: its own features come through the same hooks as everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bole import models
from bole.hookspecs import hookimpl

if TYPE_CHECKING:
    from bole.access import Actor, Work


@hookimpl
def bole_models() -> list[type[models.Model]]:
    """Return the core's tables."""
    return [mapper.class_ for mapper in models.Model.registry.mappers if mapper.class_.table.info["owner"] == "core"]


@hookimpl
def bole_resolve_actor(work: Work, credentials: dict[str, Any]) -> Actor | None:
    """Return who stands behind a token or a person's session."""
    from bole.services.identity import resolve_actor  # brings argon2, which only a request needs

    return resolve_actor(work, credentials)
