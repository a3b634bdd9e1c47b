"""A plugin for tests that uses every hook once."""

from __future__ import annotations

from bole import Model, hookimpl
from tests.dummy_plugin import models


@hookimpl
def bole_models() -> list[type[Model]]:
    """Return the table of notes."""
    return [models.Note]
