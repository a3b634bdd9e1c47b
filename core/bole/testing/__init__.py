"""The test kit for authors of plugins: valid objects from keywords. The fixtures are in `bole.testing.pytest_plugin`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bole.testing.factories import (
        MOMENT,
        STARTED,
        make_department,
        make_employee,
        make_legal_entity,
        make_position,
        make_terms,
        observation,
        record,
    )

__all__ = [
    "MOMENT",
    "STARTED",
    "make_department",
    "make_employee",
    "make_legal_entity",
    "make_position",
    "make_terms",
    "observation",
    "record",
]


def __getattr__(name: str) -> Any:
    # Pytest imports this package in every run on a machine with Bole; the platform behind the factories must wait.
    if name in __all__:
        return getattr(import_module("bole.testing.factories"), name)
    raise AttributeError(f"module 'bole.testing' has no attribute {name!r}")
