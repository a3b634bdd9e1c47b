"""One process of the server, started with the garbage collector at rest.

A start makes objects that all live as long as the process. Collecting among them takes a fifth of the start and frees
nothing; frozen afterwards, they are not looked through again by any later collection.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def application() -> Flask:
    """Return the web application by the configuration that ``BOLE_CONFIG`` names."""
    gc.disable()
    # The imports are the most of what is not to be collected.
    from bole.web.server import application as build

    app = build()
    gc.freeze()
    gc.enable()
    return app
