"""Values as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from bole.contracts.label import Label
from bole.contracts.pages import Choice, Column, Format, Tone
from bole.errors import InvalidValue
from bole.values import FOREVER, UNTIL_REVISED
from bole_admin.formats import Names, export_text, money_text, percent_text, points_text, quantity_text, share_text, show
from bole_admin.language import Wording
from bole_admin.reading import read_value

NAMES = Names({}, {})
X = Label("某", "X")


@dataclass
class Row:
    """A row with one value, and what it needs beside it."""

    value: Any = None
    currency: str | None = "CNY"
    name_zh: str = "王芳"
    name_en: str = ""
    other: Any = None


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, sqlite_site: Flask) -> Iterator[str]:
    """A request in each language."""
    with sqlite_site.wsgi_app.outer.test_request_context(f"/?lang={request.param}"):
        yield request.param


@pytest.mark.parametrize(
    ("minor", "currency", "scale", "text"),
    [
        (842000, "CNY", 1, "8,420.00"),
        (-5, "USD", 1, "-0.05"),
        (1234, "JPY", 1, "1,234"),
        (1234567, "KWD", 1, "1,234.567"),
        (8420_500000, "CNY", 1_000_000, "84.21"),
        (0, "CNY", 1, "0.00"),
    ],
)
def test_money_is_shown_to_the_minor_unit(minor: int, currency: str, scale: int, text: str) -> None:
    """Money has separators and the digits of its currency, ties away from zero."""
    assert money_text(minor, currency, scale) == text


def test_exact_money_keeps_every_digit() -> None:
    """An unrounded entitlement can be shown whole."""
    assert money_text(894127_447000, "CNY", 1_000_000, exact=True) == "8,941.27447"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (quantity_text(1_234_500_000), "1,234.5"),
        (percent_text(1_096_000), "109.6%"),
        (percent_text(333_333), "33.33%"),
        (share_text(1_000_000), "100.0%"),
        (points_text(1_052_000), "105.2"),
    ],
)
def test_millionths_read_as_numbers(text: str, expected: str) -> None:
    """Millionths read as plain numbers, percentages and points."""
    assert text == expected


@pytest.mark.parametrize(
    ("column", "value", "zh", "en"),
    [
        (Column("value", X, Format.FLAG), True, "是", "Yes"),
        (Column("value", X, Format.FLAG), False, "否", "No"),
        (Column("value", X, Format.DATE), date(2026, 10, 15), "2026年10月15日", "Oct 15, 2026"),
        (Column("value", X, Format.DATE), FOREVER, "长期", "open-ended"),
        (Column("value", X, Format.MOMENT), UNTIL_REVISED, "", ""),
        (Column("value", X, Format.NUMBER), 12345, "12,345", "12,345"),
        (Column("value", X, Format.CHOICE, choices=(Choice("a", Label("甲", "A"), Tone.GOOD),)), "a", "甲", "A"),
        (Column("value", X, Format.CHOICE, choices=(Choice("a", Label("甲", "A")),)), "b", "b", "b"),
        (Column("value", X, Format.MONEY, currency="currency"), 100, "1.00", "1.00"),
        (Column("value", X, Format.DOCUMENT), {"名": 1}, '{\n  "名": 1\n}', '{\n  "名": 1\n}'),
        (Column("value", X), None, "", ""),
        (Column("name", X), None, "王芳", "王芳"),
    ],
)
def test_a_value_is_shown(language: str, column: Column, value: object, zh: str, en: str) -> None:
    """Each format reads as its language writes it; a name missing in one language is given in the other."""
    assert show(column, Row(value), NAMES, Wording()).text == {"zh": zh, "en": en}[language]


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column("value", X, Format.MONEY, currency="currency"), 123456, "1234.56"),
        (Column("value", X, Format.MONEY, currency="currency", scale=1_000_000), 100_500_000, "1.005"),
        (Column("value", X, Format.PERCENT), 1_096_000, "1.096"),
        (Column("value", X, Format.QUANTITY), 300_000_000_000, "300000"),
        (Column("value", X, Format.NUMBER), -5, "-5"),
        (Column("value", X, Format.DATE), date(2026, 1, 2), "2026-01-02"),
        (Column("value", X, Format.DATE), FOREVER, ""),
        (Column("value", X, Format.MOMENT), datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (Column("value", X), "=cmd", "'=cmd"),
        (Column("value", X), None, ""),
    ],
)
def test_a_value_is_exported(language: str, column: Column, value: object, text: str) -> None:
    """Exports hold plain numbers and ISO dates, the same in every language, and no formula."""
    assert export_text(column, Row(value), NAMES, Wording()) == text


def test_a_path_may_end_early() -> None:
    """A path through a relationship that is empty gives nothing."""
    assert read_value(Row(), "other.value") is None
    assert read_value(Row(other=Row(7)), "other.value") == 7


@pytest.mark.parametrize("format", [Format.MONEY, Format.CHOICE, Format.REFERENCE])
def test_a_column_names_what_its_format_needs(format: Format) -> None:
    """Money without currency, a choice without words, a reference without view: refused where it is written."""
    with pytest.raises(InvalidValue, match="'value' has the format"):
        Column("value", X, format)
