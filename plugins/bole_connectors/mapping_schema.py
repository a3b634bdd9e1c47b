"""The form of a mapping file; unknown keys are refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from bole import FieldType, PeriodKind, Rounding
from bole_connectors.mapping import FieldRule, FileForm, FileMapping, LeaveOut, Lookup
from bole_connectors.settings import known_currency
from bole_connectors.texts import Factor, PatternText, TemplateText, Text, Texts, known_encoding, known_zone

_FILLED = validate.Length(min=1)
_ONE_CHARACTER = validate.Length(equal=1, error="must be one character.")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class FormSchema(_Strict):
    """How a file is to be read."""

    name = fields.String()
    encoding = fields.String(validate=known_encoding)
    delimiter = fields.String(validate=_ONE_CHARACTER)
    quote = fields.String(validate=_ONE_CHARACTER)
    compression = fields.String(validate=validate.OneOf(["auto", "none", "gzip"]))
    sheet = fields.Raw(validate=lambda value: _sheet(value))
    header_row = fields.Integer(strict=True, validate=validate.Range(min=1, max=1000))
    header_rows = fields.Integer(strict=True, validate=validate.Range(min=1, max=10))
    decimal_mark = fields.String(validate=validate.OneOf([".", ","]))
    thousands = fields.String(validate=validate.OneOf(["", ",", ".", " ", "'"]))
    empty = Texts()

    @validates_schema
    def _marks_differ(self, given: Mapping[str, Any], **_: Any) -> None:
        if given.get("decimal_mark", ".") == given.get("thousands"):
            raise ValidationError("the decimal mark and the mark of thousands are the same.", "thousands")

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> FileForm:
        return FileForm(**given)


def _sheet(value: object) -> None:
    if isinstance(value, bool) or not (isinstance(value, str) or (isinstance(value, int) and value >= 1)):
        raise ValidationError("must be the name of a sheet, or its number from 1.")


class LookupSchema(_Strict):
    """A second file as a table."""

    file = fields.String(required=True, validate=_FILLED)
    key = fields.String(required=True, validate=_FILLED)
    value = fields.String(required=True, validate=_FILLED)
    extract = PatternText(groups=1)
    form = fields.Nested(FormSchema)

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> Lookup:
        return Lookup(**given)


class LeaveOutSchema(_Strict):
    """Rows that are not meant to be imported."""

    column = fields.String(required=True, validate=_FILLED)
    reason = fields.String(required=True, validate=_FILLED)
    equals = Texts()
    other_than = Texts()
    is_empty = fields.Boolean(truthy={True}, falsy={False})
    not_in = fields.String(validate=_FILLED)
    matches = PatternText()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _one_condition(self, _loaded: Mapping[str, Any], given: Mapping[str, Any], **_: Any) -> None:
        conditions = [name for name in ("equals", "other_than", "is_empty", "not_in", "matches") if name in given]
        if not conditions:
            raise ValidationError("has no condition. Say equals, other_than, is_empty, not_in or matches.", "column")
        if len(conditions) > 1:
            raise ValidationError(f"stands beside {conditions[0]}. Write another [[leave_out]] for it.", conditions[1])

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> LeaveOut:
        return LeaveOut(**given)


class FieldSchema(_Strict):
    """How one field of the target follows from a row."""

    column = fields.String(validate=_FILLED)
    constant = Text()
    template = TemplateText()
    number_repeats = fields.Boolean(truthy={True}, falsy={False})
    extract = PatternText(groups=1)
    values = fields.Dict(keys=fields.String(), values=Text())
    otherwise = Text()
    lookup = Texts()
    if_unknown = fields.String(validate=validate.OneOf(["refuse", "empty"]))
    default = Text()
    type = fields.Enum(FieldType, by_value=True)
    factor = Factor()
    places = fields.Integer(strict=True, validate=validate.Range(min=0, max=12))
    rounding = fields.Enum(Rounding, by_value=True)
    currency = fields.String(validate=known_currency)
    currency_column = fields.String(validate=_FILLED)
    format = Texts()
    time_zone = fields.String(validate=known_zone)
    shift_days = fields.Integer(strict=True, validate=validate.Range(min=-400_000, max=400_000))
    period = fields.Enum(PeriodKind, by_value=True)
    prefix = fields.String(validate=_FILLED)
    as_code = fields.Boolean(truthy={True}, falsy={False})
    fallback = fields.Nested(lambda: FieldSchema(exclude=("fallback", "type")))

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_whole(self, _loaded: Mapping[str, Any], given: Mapping[str, Any], **_: Any) -> None:
        problems: dict[str, list[str]] = {}
        origins = [name for name in ("column", "constant", "template") if name in given]
        if not origins:
            problems["column"] = ["is missing. Say column, constant or template."]
        for other in origins[1:]:
            problems[other] = [f"stands beside {origins[0]}. Keep one of them."]
        for needing, needed in (("otherwise", "values"), ("if_unknown", "lookup")):
            if needing in given and needed not in given:
                problems[needing] = [f"says nothing without {needed}."]
        if "currency" in given and "currency_column" in given:
            problems["currency_column"] = ["stands beside currency. Keep one of them."]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _built(self, given: dict[str, Any], **_: Any) -> FieldRule:
        return FieldRule(**given)


class MappingSchema(_Strict):
    """A mapping file for one kind of file and one target."""

    connector = fields.String(required=True, validate=_FILLED)
    target = fields.String(required=True, validate=_FILLED)
    source = fields.String(validate=validate.Length(min=1, max=80))
    about = fields.String()
    time_zone = fields.String(validate=known_zone)
    currency = fields.String(validate=known_currency)
    file = fields.Nested(FormSchema)
    options = fields.Dict(keys=fields.String())
    lookups = fields.Dict(keys=fields.String(), values=fields.Nested(LookupSchema))
    leave_out = fields.List(fields.Nested(LeaveOutSchema))
    # `fields` is an attribute of every schema, so the field goes by another name.
    rules = fields.Dict(keys=fields.String(), values=fields.Nested(FieldSchema), required=True, data_key="fields", validate=_FILLED)

    def built(self, path: Path, given: Mapping[str, Any]) -> FileMapping:
        """
        Return the mapping that a document is.

        Raises:
            ValidationError: it has missing, wrong or unknown keys.
        """
        loaded: dict[str, Any] = dict(self.load(given))
        return FileMapping(path=path, fields=loaded.pop("rules"), leave_out=tuple(loaded.pop("leave_out", ())), **loaded)
