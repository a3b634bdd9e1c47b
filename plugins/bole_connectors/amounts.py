"""Texts as exact numbers: marks as the file declares them, factors and rounding as the mapping does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from bole import BoleError, Money, minor_digits
from bole_connectors.cells import Unfit
from bole_connectors.mapping import FieldRule, FileForm

_SCIENTIFIC = re.compile(r"[+-]?[0-9.,]+[eE][+-]?\d+")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2212": "-"})
LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Numbers:
    """
    Reads the numbers of one field.

    Args:
        places: decimal places that a value may have; any number of them where not given.
    """

    rule: FieldRule
    form: FileForm
    places: int | None = None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        mark, thousands = re.escape(self.form.decimal_mark), re.escape(self.form.thousands)
        whole = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
        return re.compile(rf"(?P<sign>[+-]?)(?P<whole>{whole})?(?:{mark}(?P<fraction>[0-9]*))?(?P<after>-?)")

    def decimal(self, text: str, places: int | None = None) -> Decimal:
        """
        Return the number that a text is, times the rule's factor, at the places wanted.

        Args:
            places: in place of the reader's own.

        Raises:
            Unfit: it is no number, or finer than the places, and no rounding is declared.
        """
        wanted = self.places if places is None else places
        number = self._parsed(text)
        if self.rule.factor is None and (wanted is None or -int(number.as_tuple().exponent) <= wanted):
            return number
        exact = Fraction(number) * (self.rule.factor or 1)
        return _endless(text, exact) if wanted is None else self._settled(text, exact, wanted)

    def integer(self, text: str) -> int:
        """
        Return the whole number that a text is.

        Raises:
            Unfit: it is none.
        """
        return int(self.decimal(text, 0))

    def money(self, text: str, currency: str) -> Money:
        """
        Return the amount of money that a text is, at whole minor units where the rule states no other places.

        Raises:
            Unfit: it is no number, the currency is unknown, or the amount is finer and no rounding is declared.
        """
        try:
            digits = minor_digits(currency)
        except BoleError as error:
            raise Unfit(currency, error.message, error.hint, column=self.rule.currency_column) from error
        return Money(self.decimal(text, digits if self.rule.places is None else self.rule.places), currency)

    def _parsed(self, text: str) -> Decimal:
        match = self._pattern.fullmatch(text.translate(_SPACES))
        if len(text) > LONGEST_NUMBER or match is None or not (match["whole"] or match["fraction"]) or (match["sign"] and match["after"]):
            raise self._no_number(text)
        whole = (match["whole"] or "0").replace(self.form.thousands, "") if self.form.thousands else match["whole"] or "0"
        sign = "-" if "-" in (match["sign"], match["after"]) else ""
        return Decimal(f"{sign}{whole}.{match['fraction']}" if match["fraction"] else f"{sign}{whole}")

    def _no_number(self, text: str) -> Unfit:
        if _SCIENTIFIC.fullmatch(text):
            return Unfit(text, "is written with an exponent, which may have cost it digits.", "Export the column with all its digits.")
        marks = f"decimal mark {self.form.decimal_mark!r}" + (
            f", thousands {self.form.thousands!r}" if self.form.thousands else ", no mark of thousands"
        )
        return Unfit(text[:200], "is no number.", f"Numbers are read with {marks}; see decimal_mark and thousands under [file].")

    def _settled(self, text: str, exact: Fraction, places: int) -> Decimal:
        scaled = exact * 10**places
        if scaled.denominator == 1:
            return Decimal(scaled.numerator).scaleb(-places)
        if self.rule.rounding is None:
            after = f" after the factor {self.rule.factor}" if self.rule.factor else ""
            raise Unfit(text, f"has more than {places} decimal places{after}.", 'Say how to round it, for example rounding = "half_up".')
        return Decimal(self.rule.rounding.divide(scaled.numerator, scaled.denominator)).scaleb(-places)


def _endless(text: str, exact: Fraction) -> Decimal:
    """Return an exact fraction as a Decimal; refuse one whose digits never end."""
    rest, places = exact.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        places = max(places, power)
    if rest != 1:
        raise Unfit(text, "has no end of decimal places after the factor.", "Say places and rounding.")
    return Decimal(exact.numerator * 10**places // exact.denominator).scaleb(-places)
