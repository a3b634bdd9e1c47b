"""Named rounding rules: one name, one behaviour, on Decimals and on integers alike."""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import StrEnum

from bole.errors import InvalidValue


class Rounding(StrEnum):
    """
    How a figure that falls between two steps is settled.

    ``half_up`` sends a tie away from zero and is what payroll law and commission
    contracts nearly always mean; ``half_even`` sends it to the even neighbour.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"

    def quantize(self, value: Decimal, step: Decimal) -> Decimal:
        """Return `value` at a multiple of `step` (``Decimal("0.01")``: two places)."""
        with decimal.localcontext() as context:
            context.prec = 60
            return (value / step).quantize(Decimal(1), _DECIMAL[self]) * step

    def divide(self, numerator: int, denominator: int) -> int:
        """
        Return the integer quotient of two integers under this rule.

        Raises:
            InvalidValue: the denominator is zero.
        """
        if denominator == 0:
            raise InvalidValue("core.division_by_zero", f"cannot divide {numerator} by 0")
        if denominator < 0:
            numerator, denominator = -numerator, -denominator
        sign = -1 if numerator < 0 else 1
        quotient, rest = divmod(abs(numerator), denominator)
        twice = 2 * rest
        away = {
            Rounding.HALF_UP: twice >= denominator,
            Rounding.HALF_EVEN: twice > denominator or (twice == denominator and quotient % 2 == 1),
            Rounding.UP: rest > 0,
            Rounding.DOWN: False,
            Rounding.CEILING: rest > 0 and sign > 0,
            Rounding.FLOOR: rest > 0 and sign < 0,
        }[self]
        return sign * (quotient + int(away))


_DECIMAL = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.CEILING: decimal.ROUND_CEILING,
    Rounding.FLOOR: decimal.ROUND_FLOOR,
}
