"""Exchange rates that the deployment states, each with its source and the day from which it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bole import Money, Work


@dataclass(frozen=True, slots=True)
class Rate:
    """
    How much of one currency another one is worth from a day on.

    Args:
        base: the currency converted from.
        quote: the currency converted into.
        factor: above 0; one unit of `base` is this many units of `quote`.
        source: who published it, for whoever asks later.
    """

    base: str
    quote: str
    factor: Decimal
    valid_from: date
    source: str


def convert_money(work: Work, amount: Money, currency: str, moment: datetime) -> Money | None:
    """
    Return the amount in another currency at the rate of the moment's date, unrounded; nothing where no rate is stated.

    The opposite direction is not derived: a bank buys and sells at different rates, so each is stated by itself.
    """
    if amount.currency == currency:
        return amount
    rate = rate_on(work.host.settings["connectors"]["rates"], amount.currency, currency, moment.date())
    return None if rate is None else Money(amount.amount * rate.factor, currency)


def rate_on(rates: Iterable[Rate], base: str, quote: str, day: date) -> Rate | None:
    """Return the rate that holds on a day: the last one whose first day has come."""
    begun = [rate for rate in rates if (rate.base, rate.quote) == (base, quote) and rate.valid_from <= day]
    return max(begun, key=lambda rate: rate.valid_from, default=None)
