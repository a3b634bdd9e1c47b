"""Observations: what a kind of fact looks like, and one fact as it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bole.contracts.label import Label
from bole.values import Money

AttributeValue = str | bool | int | Decimal


class AttributeType(StrEnum):
    """What an attribute holds."""

    TEXT = "text"
    FLAG = "flag"
    INTEGER = "integer"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    Something said about an observation.

    Args:
        dimension: true where it has few values and indicators filter by it (new or old
            customer, channel); false for details such as a customer's number or a note.
    """

    code: str
    label: Label
    type: AttributeType = AttributeType.TEXT
    dimension: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class ObservationKind:
    """
    A kind of fact that a plugin brings, such as ``sale.closed``.

    Args:
        code: stable identifier; never changes its meaning.
        quantity: what the quantity counts (``pieces``, ``hours``, ``rating``), empty where there is none.
        has_amount: whether it carries money.
        answers: whether it names the moment it answers to (a follow-up names when the lead came).
        by_hand: whether people may record it of themselves or their reports (a visit); what a system reports (a sale, a payment)
            takes an actor who may record for the whole company.
    """

    code: str
    label: Label
    quantity: str = ""
    has_amount: bool = False
    answers: bool = False
    by_hand: bool = False
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """
    One thing that happened, as a connector, a form or a phone reports it.

    Args:
        employee: the employee's number.
        kind: code of a declared kind.
        moment: aware.
        external_key: the fact's own key at its source; the same key again is the same fact.
        quantity: at most four decimal places.
        amount: at whole minor units.
        answers_to: aware; the moment it answers to.
        attributes: by code, as the kind declares them.
    """

    employee: str
    kind: str
    moment: datetime
    external_key: str
    quantity: Decimal | None = None
    amount: Money | None = None
    answers_to: datetime | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """
    What recording did with the facts it was given.

    ``recorded`` were new, ``corrected`` replaced an earlier one, ``unchanged`` were already here.
    """

    batch_id: int | None
    recorded: int
    corrected: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ObservationsRecorded:
    """
    News of one committed batch, for `bole_observations_recorded`.

    Args:
        batch_id: which batch.
        employees: ids of the employees it touches.
        first_day, last_day: day numbers it spans, inclusive.
        kinds: codes of the kinds in it.
    """

    batch_id: int
    employees: tuple[int, ...]
    first_day: int
    last_day: int
    kinds: tuple[str, ...]
