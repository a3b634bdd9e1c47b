"""The settings of payroll: which country is paid by which rules, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from bole import Work

CN = "cn"
GROSS = "gross"
NOBODY = "none"
"""In place of a city: nobody at this legal entity is insured."""

CALENDAR_DAYS = "calendar_days"
WEEKDAYS = "weekdays"


class Settings(Schema):
    """
    What ``[plugins.payroll]`` may say; unknown keys are refused.

    ``schemes`` gives the rules by country: ``cn`` computes contributions and cumulative withholding, ``gross`` computes no
    deductions at all. China is ``cn`` unless it is said otherwise; any other country must be named. ``cities`` gives the city
    of insurance by the code of the legal entity (``none``: nobody there is insured). ``proration`` says which days count when
    somebody was employed, or paid a salary, for a part of the month. ``city_files`` are further parameter files, counted from
    the folder of the configuration. ``part_size`` is how many employees are computed together.
    """

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    schemes = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[A-Z]{2}$", error="a country is written with the two capital letters of ISO 3166-1.")),
        values=fields.String(validate=validate.OneOf([CN, GROSS])),
        load_default=dict,
    )
    cities = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(min=1)), load_default=dict)
    proration = fields.String(load_default=CALENDAR_DAYS, validate=validate.OneOf([CALENDAR_DAYS, WEEKDAYS]))
    city_files = fields.List(fields.String(validate=validate.Length(min=1)), load_default=list)
    part_size = fields.Integer(load_default=20_000, strict=True, validate=validate.Range(min=1, max=200_000))


@dataclass(frozen=True, slots=True)
class Rules:
    """
    How this deployment pays.

    Args:
        schemes: by country.
        cities: by code of legal entity.
    """

    schemes: Mapping[str, str]
    cities: Mapping[str, str]
    proration: str
    city_files: tuple[Path, ...]
    part_size: int


def rules_of(work: Work) -> Rules:
    """Return how this deployment pays, from its settings."""
    given: Mapping[str, Any] = work.host.settings["payroll"]
    path = work.host.config.path
    folder = path.parent if path else Path()
    return Rules(
        {"CN": CN, **given["schemes"]}, given["cities"], given["proration"], tuple(folder / name for name in given["city_files"]), given["part_size"]
    )
