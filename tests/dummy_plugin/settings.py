"""The settings of the dummy plugin."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields


class Settings(Schema):
    """How the dummy greets."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    greeting = fields.String(load_default="hello")
