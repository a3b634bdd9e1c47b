"""The settings of reorganising: how long a request may take, on which days its clock runs, when somebody is reminded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from bole import Work


def _ascending(shares: list[Decimal]) -> None:
    if shares != sorted(set(shares)):
        raise ValidationError("the shares must rise, each once.")


class Settings(Schema):
    """
    What ``[plugins.reorganisation]`` may say; unknown keys are refused.

    ``request_hours`` is how long a request for a change may take. ``working_days`` are the days of the week on which its clock
    runs, 1 for Monday; what differs from week to week stands in the company's calendar. ``remind_after`` are the shares of the
    time after which its owner is reminded.
    """

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    request_hours = fields.Integer(load_default=72, strict=True, validate=validate.Range(min=1, max=10_000))
    working_days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=7)), load_default=lambda: [1, 2, 3, 4, 5], validate=validate.Length(min=1)
    )
    remind_after = fields.List(
        fields.Decimal(validate=validate.Range(min=0, max=1, min_inclusive=False, max_inclusive=False)),
        load_default=lambda: [Decimal("0.5"), Decimal("0.8")],
        validate=_ascending,
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """
    How this deployment handles requests.

    Args:
        working_days: of the week, 1 for Monday.
        remind_after: shares of the time, 0 to 1, rising.
    """

    request_hours: int
    working_days: frozenset[int]
    remind_after: tuple[Decimal, ...]


def rules_of(work: Work) -> Rules:
    """Return how this deployment handles requests, from its settings."""
    given: Mapping[str, Any] = work.host.settings["reorganisation"]
    return Rules(given["request_hours"], frozenset(given["working_days"]), tuple(given["remind_after"]))
