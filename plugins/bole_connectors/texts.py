"""Fields of mapping files that hold texts with a meaning of their own: patterns, templates, factors, encodings, zones."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields

from bole import InvalidValue
from bole_connectors.templates import Template


class Text(fields.Field[str]):
    """A text; a number, a date or a truth of TOML stands for what is written."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, dict | list):
            raise ValidationError("Not a valid string.")
        return str(value).lower() if isinstance(value, bool) else str(value)


class Texts(fields.Field[tuple[str, ...]]):
    """One text, or a list of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        return tuple(Text()._deserialize(each, attr, data) for each in (value if isinstance(value, list) else [value]))


class PatternText(fields.Field[re.Pattern[str]]):
    """A regular expression; where `groups` is given it must hold that many groups."""

    def __init__(self, *, groups: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.groups = groups

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> re.Pattern[str]:
        try:
            pattern = re.compile(value)
        except (re.error, TypeError) as error:
            raise ValidationError(f"{value!r} is no regular expression: {error}.") from error
        if self.groups is not None and pattern.groups != self.groups:
            raise ValidationError(f"{value!r} has {pattern.groups} groups. Put what is to be taken out, and only that, in parentheses.")
        return pattern


class TemplateText(fields.Field[Template]):
    """A text with columns in braces."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Template:
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        try:
            return Template.parse(value)
        except InvalidValue as error:
            raise ValidationError(str(error)) from error


class Factor(fields.Field[Fraction]):
    """An exact factor: a whole number, a decimal number, or a fraction such as ``"2080/12"``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Fraction:
        try:
            if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
                raise ValueError
            factor = Fraction(value)
        except (ValueError, ZeroDivisionError) as error:
            raise ValidationError(f'{value!r} is no factor. Write a number, or a fraction such as "2080/12".') from error
        if not factor:
            raise ValidationError("0 is no factor: every value would become 0.")
        return factor


def known_encoding(name: str) -> None:
    """
    Let pass only an encoding of text that Python knows.

    Raises:
        ValidationError: it is none.
    """
    try:
        " ".encode(name)
    except LookupError as error:
        raise ValidationError(f"{name!r} is no encoding. Common ones are utf-8, gb18030 (Chinese) and cp1252 (Western Europe).") from error


def known_zone(name: str) -> None:
    """
    Let pass only the name of a time zone.

    Raises:
        ValidationError: it is none.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(f"{name!r} is no time zone. Write it as Asia/Shanghai or UTC.") from error
