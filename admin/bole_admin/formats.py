"""Values as people read them, and as a spreadsheet takes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from flask import has_request_context

from bole.contracts.pages import Choice, Column, Format, Tone
from bole.values import FOREVER, UNTIL_REVISED, Rounding, minor_digits
from bole_admin.language import Wording, reader_language
from bole_admin.reading import read_value
from bole_admin.zone import company_zone

MILLION = Decimal(1_000_000)
NUMERIC = frozenset({Format.NUMBER, Format.MONEY, Format.QUANTITY, Format.PERCENT})
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell instead of showing it, full-width forms included."""


@dataclass(frozen=True, slots=True)
class Shown:
    """
    A value ready for a page.

    Args:
        text: what is read; empty where there is nothing.
        unit: shown smaller beside it (a currency).
        machine: the exact form behind the text, for ``<time datetime>`` and ``<data value>``.
        exact: an amount with all its digits, where the text shows it to the minor unit only.
        href: where it leads.
    """

    text: str
    format: Format = Format.TEXT
    unit: str = ""
    tone: Tone = Tone.PLAIN
    machine: str = ""
    exact: str = ""
    href: str = ""


@dataclass(frozen=True)
class Names:
    """
    The names of the rows that references point to.

    Args:
        texts: view code and key to the row's name.
        links: view code and key to its page, where the reader may open it.
    """

    texts: Mapping[tuple[str, Any], str]
    links: Mapping[tuple[str, Any], str]


def major(minor: int, currency: str, scale: int = 1) -> Decimal:
    """Return an amount in major units, unrounded: ``minor / scale`` minor units."""
    return (Decimal(minor) / scale).scaleb(-minor_digits(currency))


def money_text(minor: int, currency: str, scale: int = 1, *, exact: bool = False) -> str:
    """
    Return an amount with separators, to the minor unit.

    Args:
        exact: with every digit it has, where it is finer than that.
    """
    digits = minor_digits(currency)
    pattern = f"#,##0.{'0' * digits}{'#' * 8 if exact else ''}".rstrip(".")
    shown = major(minor, currency, scale)
    if not exact:
        shown = Rounding.HALF_UP.quantize(shown, Decimal(1).scaleb(-digits))
    return str(format_decimal(shown, format=pattern, locale=reader_language()))


def quantity_text(millionths: int) -> str:
    """Return a number of millionths with separators, up to six places."""
    return str(format_decimal(Decimal(millionths) / MILLION, format="#,##0.######", locale=reader_language()))


def percent_text(millionths: int) -> str:
    """Return a number of millionths as a percentage, up to two places."""
    return str(format_percent(Decimal(millionths) / MILLION, format="#,##0.##%", locale=reader_language()))


def share_text(millionths: int) -> str:
    """Return a number of millionths as a percentage to one place, so that columns of them line up."""
    return str(format_percent(Decimal(millionths) / MILLION, format="#,##0.0%", locale=reader_language()))


def points_text(millionths: int) -> str:
    """Return points as people read them: 1,052,000 millionths are 105.2."""
    return str(format_decimal(Decimal(millionths) / 10_000, format="#,##0.0", locale=reader_language()))


def date_text(day: date) -> str:
    """Return a date as the reader's language writes it."""
    return str(format_date(day, "medium", locale=reader_language()))


def moment_text(moment: datetime) -> str:
    """Return a moment in the company's time zone, to the minute."""
    zone = company_zone() if has_request_context() else UTC
    pattern = "y年M月d日 HH:mm" if reader_language() == "zh" else "MMM d, y, HH:mm"
    return str(format_datetime(moment, pattern, tzinfo=zone, locale=reader_language()))


def money_shown(minor: int, currency: str, scale: int = 1, *, exact: bool = False) -> Shown:
    """Return an amount of money ready for a page, to the minor unit or with every digit it has."""
    text, full = money_text(minor, currency, scale, exact=exact), money_text(minor, currency, scale, exact=True)
    return Shown(text, Format.MONEY, unit=currency, machine=f"{major(minor, currency, scale):f}", exact="" if full == text else full)


def choice_of(column: Column, value: object) -> Choice | None:
    """Return the choice that a stored word is; nothing when the column declares no such word."""
    return next((choice for choice in column.choices if choice.value == value), None)


def show(column: Column, row: Any, names: Names, wording: Wording, *, exact: bool = False) -> Shown:
    """
    Return a row's value in a column, ready for a page.

    Args:
        exact: money with every digit it has; in a list it is shown to the minor unit.
    """
    value = read_value(row, column.code)
    if value is None or value == "":
        return Shown("", column.format)
    match column.format:
        case Format.MONEY:
            currency = read_value(row, column.currency)
            return money_shown(value, currency, column.scale, exact=exact) if currency else Shown(quantity_text(value), Format.QUANTITY)
        case Format.REFERENCE:
            return Shown(names.texts.get((column.to, value), str(value)), column.format, href=names.links.get((column.to, value), ""))
        case Format.CHOICE:
            choice = choice_of(column, value)
            return Shown(choice.label.of(reader_language()) if choice else str(value), column.format, tone=choice.tone if choice else Tone.PLAIN)
        case Format.FLAG:
            return Shown(wording.gettext("Yes") if value else wording.gettext("No"), column.format, tone=Tone.GOOD if value else Tone.OVER)
        case Format.DATE:
            return _dated(value, wording)
        case Format.MOMENT:
            return Shown("" if value >= UNTIL_REVISED else moment_text(value), column.format, machine=value.isoformat())
    return Shown(_words(column.format, value), column.format)


def _words(format: Format, value: Any) -> str:
    match format:
        case Format.NUMBER:
            return str(format_decimal(value, locale=reader_language()))
        case Format.QUANTITY:
            return quantity_text(value)
        case Format.PERCENT:
            return percent_text(value)
        case Format.DOCUMENT if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    return str(value)


def _dated(day: date, wording: Wording) -> Shown:
    if day >= FOREVER:
        return Shown(wording.gettext("open-ended"), Format.DATE, tone=Tone.OVER)
    return Shown(date_text(day), Format.DATE, machine=day.isoformat())


def export_text(column: Column, row: Any, names: Names, wording: Wording) -> str:
    """
    Return a row's value as a cell of a CSV file.

    Numbers stand without separators, dates and moments in ISO 8601; a text that a
    spreadsheet would run as a formula is made a text by an apostrophe before it.
    """
    value = read_value(row, column.code)
    if value is None:
        return ""
    match column.format:
        case Format.MONEY:
            currency = read_value(row, column.currency)
            return f"{major(value, currency, column.scale):f}" if currency else f"{value / MILLION:f}"
        case Format.QUANTITY | Format.PERCENT:
            return f"{(Decimal(value) / MILLION).normalize():f}"
        case Format.NUMBER:
            return str(value)
        case Format.DATE | Format.MOMENT:
            return "" if value in (FOREVER, UNTIL_REVISED) else str(value.isoformat())
    return defuse(show(column, row, names, wording).text)


def defuse(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def total_text(amounts: Mapping[str, int], scale: int = 1) -> str:
    """Return totals of stored amounts by currency as one text: ``1,200.00 CNY · 30.00 USD``."""
    shown = [f"{money_text(minor, currency, scale)} {currency}" for currency, minor in sorted(amounts.items())]
    return " · ".join(shown)
