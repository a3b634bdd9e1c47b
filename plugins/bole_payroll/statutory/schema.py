"""Schemas of the parameter files: what stands in a block, and what a block must not contradict."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from bole_payroll.statutory.fields import Amount, Day, Hundredths, Rate
from bole_payroll.statutory.parameters import SCHEMES, WHOLE

_JUMP = "makes the tax jump at the bound.\nGive the quick deduction of the step before plus the bound times the rise of the rate."
CHECKED = ("quoted", "cited", "agreed", "known")
_AT_LEAST_ONE = validate.Range(min=1, error="must be 1 or more.\nWrite a whole number such as 12.")


def one_of(*choices: str) -> validate.OneOf:
    """Return a validator that names the choices."""
    return validate.OneOf(choices, error=f"is not known.\nUse one of: {', '.join(choices)}.")


class Strict(Schema):
    """A schema that refuses unknown keys and words its refusals as reason and next step."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "is not a known key.\nRemove it, or look for a misspelt name.",
        "type": "must be a table.\nWrite it as a table of keys and values.",
    }


class SourceSchema(Strict):
    """Where the figures of a block stand."""

    document = fields.String(required=True, validate=validate.Length(min=1, error="is empty.\nName the law or notice."))
    section = fields.String(load_default="")
    link = fields.String(load_default="")
    checked = fields.String(required=True, validate=one_of(*CHECKED))


class DatedSchema(Strict):
    """A block with a window and a source."""

    valid_from = Day(required=True)
    valid_to = Day(load_default=None)
    source = fields.Nested(SourceSchema, required=True)

    @validates_schema
    def _window(self, block: dict[str, Any], **kwargs: Any) -> None:
        end = block.get("valid_to")
        if end is not None and end <= block["valid_from"]:
            raise ValidationError(
                f"must be later than valid_from {block['valid_from']}.\nGive the first day on which the block no longer holds.", "valid_to"
            )


class BracketSchema(Strict):
    """A step of a progressive table."""

    above = Amount(required=True)
    rate = Rate(required=True)
    quick = Amount(required=True)


class BracketsSchema(DatedSchema):
    """A progressive table, without gap or jump."""

    brackets = fields.List(fields.Nested(BracketSchema), required=True, validate=validate.Length(min=1, error="is empty.\nGive at least one step."))

    @validates_schema
    def _continuous(self, block: dict[str, Any], **kwargs: Any) -> None:
        """Refuse steps that do not rise, and quick deductions with which tax would jump at a bound."""
        faults: dict[int, dict[str, list[str]]] = {}
        bound, rate, quick = 0, 0, 0  # of the step before; quick as it ought to be, in ten-thousandths of a fen
        for index, step in enumerate(block["brackets"]):
            expected = quick + step["above"] * (step["rate"] - rate)
            if index == 0 and step["above"] != 0:
                faults[index] = {"above": ["must be 0 in the first step.\nBegin the table at 0."]}
            elif index and step["above"] <= bound:
                faults[index] = {"above": ["does not rise.\nSort the steps by their lower bound."]}
            elif step["quick"] * WHOLE != expected:
                faults[index] = {"quick": [_JUMP]}
            # Behind a wrong bound the table is read on with the quick deduction given, so that one mistake is told once.
            quick = step["quick"] * WHOLE if "above" in faults.get(index, {}) else expected
            bound, rate = step["above"], step["rate"]
        if faults:
            raise ValidationError({"brackets": faults})


class StandardDeductionSchema(DatedSchema):
    """累计减除费用."""

    month = Amount(required=True)


class AnnualBonusSchema(DatedSchema):
    """全年一次性奖金."""

    divided_by = fields.Integer(required=True, strict=True, validate=_AT_LEAST_ONE)


class RemunerationSchema(BracketsSchema):
    """劳务报酬, 稿酬, 特许权使用费."""

    fixed_up_to = Amount(required=True)
    fixed = Amount(required=True)
    expenses = Rate(required=True)
    counted = Rate(required=True)


class NonResidentSchema(DatedSchema):
    """非居民个人."""

    wage_deduction = Amount(required=True)
    expenses = Rate(required=True)
    royalty_counted = Rate(required=True)


class SpecialAdditionalSchema(DatedSchema):
    """专项附加扣除."""

    child_education = Amount(required=True)
    infant_care = Amount(required=True)
    elderly_sole = Amount(required=True)
    elderly_shared_most = Amount(required=True)
    degree_education = Amount(required=True)
    certificate_year = Amount(required=True)
    mortgage_interest = Amount(required=True)
    rent = fields.List(Amount(), required=True)
    serious_illness_above_year = Amount(required=True)
    serious_illness_most_year = Amount(required=True)


class PayTimeSchema(DatedSchema):
    """月计薪天数."""

    days = Hundredths(required=True)
    hours_per_day = fields.Integer(required=True, strict=True, validate=_AT_LEAST_ONE)


class OvertimeSchema(DatedSchema):
    """加班工资."""

    workday = Rate(required=True, most=1000)
    restday = Rate(required=True, most=1000)
    holiday = Rate(required=True, most=1000)


class CountrySchema(Strict):
    """A file of figures that hold in the whole country."""

    schema = fields.Integer(required=True, strict=True, validate=validate.Equal(1, error="is not a known form.\nThis version reads schema = 1."))
    country = fields.String(required=True, validate=one_of("CN"))
    currency = fields.String(required=True, validate=one_of("CNY"))
    annual_brackets = fields.List(fields.Nested(BracketsSchema), required=True)
    monthly_brackets = fields.List(fields.Nested(BracketsSchema), required=True)
    standard_deduction = fields.List(fields.Nested(StandardDeductionSchema), required=True)
    annual_bonus = fields.List(fields.Nested(AnnualBonusSchema), required=True)
    labour_service = fields.List(fields.Nested(RemunerationSchema), required=True)
    royalty = fields.List(fields.Nested(RemunerationSchema), required=True)
    licence_fee = fields.List(fields.Nested(RemunerationSchema), required=True)
    non_resident = fields.List(fields.Nested(NonResidentSchema), required=True)
    special_additional = fields.List(fields.Nested(SpecialAdditionalSchema), required=True)
    pay_time = fields.List(fields.Nested(PayTimeSchema), required=True)
    overtime = fields.List(fields.Nested(OvertimeSchema), required=True)


class BoundsSchema(DatedSchema):
    """The bounds of the contribution base, of one or several schemes."""

    schemes = fields.List(fields.String(validate=one_of(*SCHEMES, "housing_fund")), required=True)
    floor = Amount(required=True)
    cap = Amount(required=True)

    @validates_schema
    def _ordered(self, block: dict[str, Any], **kwargs: Any) -> None:
        if block["cap"] < block["floor"]:
            raise ValidationError("is below the floor.\nExchange the two, or look for a mistyped figure.", "cap")


class RatesSchema(DatedSchema):
    """The employee's rate of one scheme."""

    scheme = fields.String(required=True, validate=one_of(*SCHEMES))
    employee = Rate(required=True)
    fixed = Amount(load_default=0)


class HousingFundSchema(DatedSchema):
    """The housing fund's rates and rounding."""

    least = Rate(required=True)
    most = Rate(required=True)
    step = Amount(required=True, validate=validate.Range(min=1, error='must be at least 0.01.\nWrite "0.01" for the fen, "1.00" for the yuan.'))

    @validates_schema
    def _ordered(self, block: dict[str, Any], **kwargs: Any) -> None:
        if block["most"] < block["least"]:
            raise ValidationError("is below the least rate.\nExchange the two, or look for a mistyped figure.", "most")


class LabelSchema(Strict):
    """A name in two languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class CitySchema(Strict):
    """A file of one city's figures."""

    schema = fields.Integer(required=True, strict=True, validate=validate.Equal(1, error="is not a known form.\nThis version reads schema = 1."))
    city = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z_]*\Z", error='is not a code.\nUse small letters, such as "shanghai".'))
    label = fields.Nested(LabelSchema, required=True)
    bounds = fields.List(fields.Nested(BoundsSchema), required=True)
    rates = fields.List(fields.Nested(RatesSchema), required=True)
    housing_fund = fields.List(fields.Nested(HousingFundSchema), required=True)
