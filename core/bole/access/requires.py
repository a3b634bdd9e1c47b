"""`@requires`: the permission of a service function, stated where the function is."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from bole.access.work import Work

P = ParamSpec("P")
R = TypeVar("R")
_MARK = "__bole_permission__"


def requires(permission: str) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """
    Let a service function run only for actors that hold a permission.

    Args:
        permission: as some manifest declares it, ``core.payout.read``.

    Raises:
        Forbidden: on the call, before anything is done.
    """

    def decorate(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        @functools.wraps(function)
        def guarded(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            work.actor.demand(permission)
            return function(work, *args, **kwargs)

        setattr(guarded, _MARK, permission)
        return guarded

    return decorate


def permission_of(function: Callable[..., object]) -> str | None:
    """Return the permission a service function requires; nothing when it is not guarded."""
    return getattr(function, _MARK, None)
