"""The types a formula knows, and how a value of each is kept in a column."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from bole.errors import InvalidValue
from bole.values import Money, day_number, from_day_number, from_micros, micros, minor_digits

MAX_PLACES = 12
"""Places that a step keeps at most; further ones are cut off."""

Plain: TypeAlias = Decimal | Money | datetime.date | datetime.datetime | str | bool | None
"""A value as people and services hold it."""
Stored: TypeAlias = int | str | bool | None
"""A value as a column holds it."""


class Kind(StrEnum):
    """What sort of quantity a value is."""

    NUMBER = "number"
    RATIO = "ratio"
    MONEY = "money"
    HOURS = "hours"
    DATE = "date"
    MOMENT = "moment"
    TEXT = "text"
    TRUTH = "truth"


QUANTITIES = frozenset({Kind.NUMBER, Kind.RATIO, Kind.MONEY, Kind.HOURS})
"""The kinds one can calculate with."""


@dataclass(frozen=True, slots=True)
class Type:
    """
    The type of a variable or of a part of a formula. Types are equal when kind and currency are, whatever their places.

    Args:
        kind: sort of quantity.
        currency: active ISO 4217 code for money, else empty.
        places: decimal places of the integers in the column, 0 to 12; money counts in minor units.
        written: made of written figures only, so that it takes the unit of whatever it is held against.

    Raises:
        InvalidValue: money without a known currency, or places out of range.
    """

    kind: Kind
    currency: str = ""
    places: int = field(default=0, compare=False)
    written: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind is Kind.MONEY:
            minor_digits(self.currency)
        if not 0 <= self.places <= MAX_PLACES:
            raise InvalidValue("formula.bad_places", f"a column cannot have {self.places} decimal places.", f"Use 0 to {MAX_PLACES}.")

    @property
    def shift(self) -> int:
        """Digits between the unit people read and the unit stored (2 for CNY, 0 for a number)."""
        return minor_digits(self.currency) if self.kind is Kind.MONEY else 0

    def at(self, places: int) -> Type:
        """Return the type with other decimal places, its unit settled."""
        return dataclasses.replace(self, places=places, written=False)

    def store(self, value: Plain) -> Stored:
        """
        Return `value` as the column of a variable of this type holds it.

        Raises:
            InvalidValue: the value is of another type, or finer than the column.
        """
        if value is None:
            return None
        match self.kind, value:
            case (Kind.DATE, datetime.date()) if not isinstance(value, datetime.datetime):
                return day_number(value)
            case Kind.MOMENT, datetime.datetime():
                return micros(value)
            case Kind.TEXT, str():
                return value
            case Kind.TRUTH, bool():
                return value
            case (Kind.MONEY, Money(currency=currency)) if currency == self.currency:
                return self._integer(value.amount)
            case ((Kind.NUMBER | Kind.RATIO | Kind.HOURS), Decimal()):
                return self._integer(value)
        raise InvalidValue(
            "formula.wrong_value", f"{value!r} is no value of type {self}.", "Give Decimal, Money, date, datetime, str or bool as the type wants."
        )

    def _integer(self, value: Decimal) -> int:
        scaled = decimal.Context(prec=60).scaleb(value, self.places + self.shift)
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise InvalidValue(
                "formula.too_fine", f"{value} does not fit a column of {self} with {self.places} places.", "Round it with a named rule first."
            )
        return int(scaled)

    def read(self, stored: Stored) -> Plain:
        """Return the value that `stored`, taken from a column of this type, stands for."""
        if stored is None or isinstance(stored, (str, bool)):
            return stored
        match self.kind:
            case Kind.DATE:
                return from_day_number(stored)
            case Kind.MOMENT:
                return from_micros(stored)
        value = Decimal(f"{stored}E-{self.places + self.shift}")
        return Money(value, self.currency) if self.kind is Kind.MONEY else value

    def __str__(self) -> str:
        return f"money ({self.currency})" if self.kind is Kind.MONEY else self.kind.value


NUMBER = Type(Kind.NUMBER, places=6)
RATIO = Type(Kind.RATIO, places=6)
HOURS = Type(Kind.HOURS, places=6)
DATE = Type(Kind.DATE)
MOMENT = Type(Kind.MOMENT)
TEXT = Type(Kind.TEXT)
TRUTH = Type(Kind.TRUTH)


def money(currency: str) -> Type:
    """
    Return the type of money in one currency, in whole minor units.

    Raises:
        InvalidValue: no active ISO 4217 currency has that code.
    """
    return Type(Kind.MONEY, currency)
