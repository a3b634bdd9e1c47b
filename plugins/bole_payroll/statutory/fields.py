"""Fields of a parameter file: amounts, rates, days; each refusal says what is wrong and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError, fields

LARGEST = Decimal(10) ** 9


def fault(reason: str, hint: str) -> ValidationError:
    """Return a refusal whose reason and next step `problems_of` can tell apart."""
    return ValidationError(f"{reason}\n{hint}")


def _decimal(value: Any, what: str, example: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise fault(f"{what} cannot be a {type(value).__name__}.", f"Write {example}.")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise fault(f"is not {what}.", f"Write {example}.") from None
    if not number.is_finite() or not 0 <= number <= LARGEST:
        raise fault(f"{what} must lie between 0 and {LARGEST:,f}.", f"Write {example}.")
    return number


class Amount(fields.Field[int]):
    """An amount in yuan, a whole number or text; loads as an integer of fen."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        fen = _decimal(value, "an amount", '5000, or "3.50" with quotes where there are fen').scaleb(2)
        if fen != fen.to_integral_value():
            raise fault("is finer than a fen.", "Give at most two decimal places.")
        return int(fen)


class Rate(fields.Field[int]):
    """
    A percentage as text, such as ``"0.5%"``; loads as an integer of basis points.

    Args:
        most: the greatest percentage allowed.
    """

    def __init__(self, *, most: int = 100, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not isinstance(value, str) or not value.endswith("%"):
            raise fault("is not a rate.", 'Write it as text with a percent sign, such as "8%".')
        points = _decimal(value[:-1].strip(), "a rate", 'it with a percent sign, such as "8%"').scaleb(2)
        if points != points.to_integral_value() or points > self.most * 100:
            raise fault(f"is not a rate in whole basis points up to {self.most}%.", 'Give at most two decimal places, such as "0.25%".')
        return int(points)


class Hundredths(fields.Field[int]):
    """A number with at most two decimal places, such as ``"21.75"``; loads as an integer of hundredths."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        scaled = _decimal(value, "a number", '"21.75" with quotes').scaleb(2)
        if scaled != scaled.to_integral_value() or scaled == 0:
            raise fault("is not a number above 0 with at most two decimal places.", 'Write "21.75".')
        return int(scaled)


class Day(fields.Field[date]):
    """A TOML date, without quotes."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise fault("is not a date.", "Write it without quotes and without a time, such as 2026-07-01.")
        return value
