"""The settings of the connectors: limits on files, and exchange rates."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from bole import BoleError, minor_digits
from bole_connectors.rates import Rate


def known_currency(code: str) -> None:
    """
    Let pass only the code of an active currency.

    Raises:
        ValidationError: it is none.
    """
    try:
        minor_digits(code)
    except BoleError as error:
        raise ValidationError(str(error)) from error


class _ExactRate(fields.Field[Decimal]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        try:
            rate = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            rate = Decimal("NaN")
        if not rate.is_finite() or rate <= 0:
            raise ValidationError(f'{value!r} is no rate. Write a decimal number above 0 in quotes, for example "7.1086".')
        return rate


class _Day(fields.Field[date]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(f"{value!r} is no date. Write it as 2026-07-01.") from error


class _RateSchema(Schema):
    class Meta:
        unknown = RAISE

    base = fields.String(required=True, data_key="from", validate=known_currency)
    quote = fields.String(required=True, data_key="to", validate=known_currency)
    factor = _ExactRate(required=True, data_key="rate")
    valid_from = _Day(required=True)
    source = fields.String(required=True, validate=validate.Length(min=1))

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> Rate:
        return Rate(**given)


def _each_once(rates: list[Rate]) -> None:
    said = Counter((rate.base, rate.quote, rate.valid_from) for rate in rates)
    twice = [f"{base} to {quote} from {day}" for (base, quote, day), times in said.items() if times > 1]
    if twice:
        raise ValidationError(f"more than one rate is given for {', '.join(twice)}. Keep one of them.")


class Settings(Schema):
    """
    What ``[plugins.connectors]`` may say; unknown keys are refused.

    ``max_file_mb`` bounds a file as it lies on the disk, ``max_unpacked_mb`` what a gzip file unpacks to, and
    ``max_workbook_mb`` what an Excel workbook unpacks to, all in millions of bytes. ``chunk_rows`` is how many
    rows are converted and handed on together.
    """

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    max_file_mb = fields.Integer(load_default=200, strict=True, validate=validate.Range(min=1))
    max_unpacked_mb = fields.Integer(load_default=2000, strict=True, validate=validate.Range(min=1))
    max_workbook_mb = fields.Integer(load_default=300, strict=True, validate=validate.Range(min=1))
    chunk_rows = fields.Integer(load_default=20_000, strict=True, validate=validate.Range(min=1, max=500_000))
    rates = fields.List(fields.Nested(_RateSchema), load_default=list, validate=_each_once)
