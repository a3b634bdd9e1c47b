"""The form of plans and rules in a file of statements; unknown keys are refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from bole import FOREVER, Item, Label, PeriodKind

_FILLED = validate.Length(min=1)


class Day(fields.Field[date]):
    """A date, written as one in TOML."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValidationError(f"{value!r} is no date. Write it without quotes, as 2026-07-01.")
        return value


class Figure(fields.Field[Decimal]):
    """An exact number: whole, decimal, or a decimal number in quotes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        try:
            number = Decimal("NaN") if isinstance(value, bool) else Decimal(value)
        except (TypeError, ValueError, ArithmeticError):
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(f"{value!r} is no number.")
        return number


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class LabelSchema(_Strict):
    """A name in both languages."""

    zh = fields.String(required=True, validate=_FILLED)
    en = fields.String(required=True, validate=_FILLED)

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> Label:
        return Label(**given)


class ItemSchema(_Strict):
    """One indicator of a plan."""

    indicator = fields.String(required=True, validate=_FILLED)
    weight = Figure(required=True)
    target = Figure()
    cap = Figure()
    gate_below = Figure()
    gate_factor = Figure()

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> Item:
        return Item(**given)


class PlanSchema(_Strict):
    """One version of a plan."""

    code = fields.String(required=True, validate=_FILLED)
    label = fields.Nested(LabelSchema, required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=FOREVER)
    audience = fields.String(load_default="")
    priority = fields.Integer(strict=True, load_default=0)
    reason = fields.String(load_default="")
    items = fields.List(fields.Nested(ItemSchema), required=True, validate=_FILLED)


class RuleSchema(_Strict):
    """One version of an incentive rule; what its parameters may be, the incentive type says."""

    code = fields.String(required=True, validate=_FILLED)
    type_code = fields.String(required=True, data_key="type", validate=_FILLED)
    label = fields.Nested(LabelSchema, required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=FOREVER)
    period_kind = fields.Enum(PeriodKind, by_value=True, required=True, data_key="period")
    audience = fields.String(load_default="")
    parameters = fields.Dict(keys=fields.String(), required=True)


class StatementsSchema(Schema):
    """A file of statements; its other tables go to the import targets of their names."""

    class Meta:
        """Take what is not declared as it is: those are the tables of import targets."""

        unknown = "include"

    connector = fields.String()
    about = fields.String()
    plans = fields.List(fields.Nested(PlanSchema), load_default=list)
    rules = fields.List(fields.Nested(RuleSchema), load_default=list)
