"""Functions that are named before they are imported, so that declaring them costs a start nothing."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def loaded_when_called(place: str) -> Callable[..., Any]:
    """
    Return a function that imports another one when it is called, and calls it.

    Args:
        place: ``package.module:function``.
    """
    module, _, name = place.partition(":")

    def call(*arguments: Any, **named: Any) -> Any:
        return getattr(import_module(module), name)(*arguments, **named)

    return call
