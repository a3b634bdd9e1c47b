"""Money: a Decimal amount in a named currency; integers of minor units in storage."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bole.errors import InvalidValue
from bole.values.rounding import Rounding

# Minor-unit digits by ISO 4217 (list one, 2024); every other active code has two.
_DIGITS = {
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys(("BHD IQD JOD KWD LYD OMR TND").split(), 3),
}
_TWO = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK "
    "DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
    "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
    "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD "
    "YER ZAR ZMW ZWG".split()
)


def minor_digits(currency: str) -> int:
    """
    Return how many digits the minor unit of a currency has (CNY 2, JPY 0, KWD 3).

    Raises:
        InvalidValue: no active ISO 4217 currency has that code.
    """
    if currency in _TWO:
        return 2
    if currency in _DIGITS:
        return _DIGITS[currency]
    raise InvalidValue("core.unknown_currency", f"unknown currency {currency!r}.", "Use an active ISO 4217 code such as CNY, USD or EUR.")


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """
    An amount in a currency, exact.

    Args:
        amount: Decimal in major units; may have more places than the minor unit until `round` is called.
        currency: active ISO 4217 code.

    Raises:
        InvalidValue: float given, unknown currency, or currencies mixed in one operation.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        given: object = self.amount
        if not isinstance(given, Decimal) or not given.is_finite():
            raise InvalidValue("core.not_money", f"money wants a finite Decimal, got {given!r}.", "Build it from a string or an integer.")
        minor_digits(self.currency)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """Return the money that `minor` units are (123456 CNY is 1,234.56)."""
        return cls(Decimal(minor).scaleb(-minor_digits(currency)), currency)

    @classmethod
    def sum(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Return the total; zero in `currency` when there are none."""
        total = cls(Decimal(0), currency)
        for amount in amounts:
            total += amount
        return total

    @property
    def minor(self) -> int:
        """
        The amount as an integer of minor units.

        Raises:
            InvalidValue: the amount is finer than the minor unit; call `round` first.
        """
        scaled = self.amount.scaleb(minor_digits(self.currency))
        if scaled != scaled.to_integral_value():
            raise InvalidValue(
                "core.unrounded_money", f"{self} is finer than the minor unit of {self.currency}.", "Round it with a named rule first."
            )
        return int(scaled)

    def round(self, rule: Rounding) -> Money:
        """Return the money at whole minor units under a named rule."""
        return Money(rule.quantize(self.amount, Decimal(1).scaleb(-minor_digits(self.currency))), self.currency)

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise InvalidValue("core.not_money", f"cannot combine {self} with {other!r}.", "Both sides must be money.")
        if self.currency != other.currency:
            raise InvalidValue("core.currency_mixed", f"cannot combine {self} with {other}.", "Convert one of them first.")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, bool) or not isinstance(factor, (Decimal, int)):
            raise InvalidValue("core.not_a_factor", f"cannot multiply {self} by {factor!r}.", "Use a Decimal or an integer.")
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"
