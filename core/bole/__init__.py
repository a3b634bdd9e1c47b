"""Bole: a plugin-based HR platform. This module is what plugins may use of it.

Every name is imported from where it lives when it is first asked for, so that
``import bole`` costs nothing. A type checker reads the imports below instead.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# One line a home reads better here than one line a name.
# fmt: off
# isort: off
if TYPE_CHECKING:
    from bole import models as tables
    from bole.access import SYSTEM, Actor, Scope, Work
    from bole.access.requires import requires
    from bole.clock import Clock, FixedClock, SystemClock, today
    from bole.contracts.extension import (
        Command, Connector, FieldType, ImportField, ImportOutcome, ImportRow, ImportTarget, Job, OrgSource, Progress, Site,
    )
    from bole.contracts.incentive import AMOUNT_SCALE, IncentiveInput, IncentiveType, Reward
    from bole.contracts.indicator import (
        ONE, Aggregate, Direction, Indicator, IndicatorKind, Measure, Of, Unit, count, distinct, last_quantity, mean_quantity, ratio,
        share_within, total_amount, total_quantity, weighted_index, where,
    )
    from bole.contracts.label import Label
    from bole.contracts.observation import Attribute, AttributeType, Observation, ObservationKind, ObservationsRecorded, RecordOutcome
    from bole.contracts.pages import Action, AdminPage, AdminView, Choice, Column, Format, Tone
    from bole.db import Database, Raw, bulk_insert, is_postgresql, unit_of_work, upsert
    from bole.errors import BoleError, Conflict, Forbidden, InvalidValue, NotFound, Problem, ProblemsFound, StartRefused, refuse_if_any
    from bole.formula import DATE, NUMBER, RATIO, TEXT, Formula, FormulaError, FormulaFunction, FormulaProblem, Table, Type
    from bole.hookspecs import hookimpl
    from bole.host import Config, Host
    from bole.models import MILLION, Model
    from bole.models.types import PERSONAL, Document, Moment, Serial
    from bole.services.awards import award_instantly
    from bole.services.entries import DatedEntry
    from bole.services.plans import Item, write_plan_version
    from bole.services.rules import write_rule
    from bole.services.structure import change_departments, department_tree
    from bole.services.versions import open_version
    from bole.values import (
        EPOCH, FOREVER, UNTIL_REVISED, DateInterval, Money, Period, PeriodKind, Rounding, day_number, from_day_number, from_micros, micros,
        minor_digits,
    )

_HOMES = {
    "bole.access": "SYSTEM Actor Scope Work",
    "bole.access.requires": "requires",
    "bole.clock": "Clock FixedClock SystemClock today",
    "bole.contracts.extension": "Command Connector FieldType ImportField ImportOutcome ImportRow ImportTarget Job OrgSource Progress Site",
    "bole.contracts.incentive": "AMOUNT_SCALE IncentiveInput IncentiveType Reward",
    "bole.contracts.indicator": "ONE Aggregate Direction Indicator IndicatorKind Measure Of Unit count distinct last_quantity mean_quantity ratio "
    "share_within total_amount total_quantity weighted_index where",
    "bole.contracts.label": "Label",
    "bole.contracts.observation": "Attribute AttributeType Observation ObservationKind ObservationsRecorded RecordOutcome",
    "bole.contracts.pages": "Action AdminPage AdminView Choice Column Format Tone",
    "bole.db": "Database Raw bulk_insert is_postgresql unit_of_work upsert",
    "bole.errors": "BoleError Conflict Forbidden InvalidValue NotFound Problem ProblemsFound StartRefused refuse_if_any",
    "bole.formula": "DATE NUMBER RATIO TEXT Formula FormulaError FormulaFunction FormulaProblem Table Type",
    "bole.hookspecs": "hookimpl",
    "bole.host": "Config Host",
    "bole.models": "MILLION Model",
    "bole.models.types": "PERSONAL Document Moment Serial",
    "bole.services.awards": "award_instantly",
    "bole.services.entries": "DatedEntry",
    "bole.services.plans": "Item write_plan_version",
    "bole.services.rules": "write_rule",
    "bole.services.structure": "change_departments department_tree",
    "bole.services.versions": "open_version",
    "bole.values": "EPOCH FOREVER UNTIL_REVISED DateInterval Money Period PeriodKind Rounding day_number from_day_number from_micros "
    "micros minor_digits",
}

__all__ = [
    "AMOUNT_SCALE", "DATE", "EPOCH", "FOREVER", "MILLION", "NUMBER", "ONE", "PERSONAL", "RATIO", "SYSTEM", "TEXT", "UNTIL_REVISED", "Action", "Actor",
    "AdminPage", "AdminView", "Aggregate", "Attribute", "AttributeType", "BoleError", "Choice", "Clock", "Column", "Command", "Config", "Conflict",
    "Connector", "Database", "DateInterval", "DatedEntry", "Direction", "Document", "FieldType", "FixedClock", "Forbidden", "Format", "Formula",
    "FormulaError", "FormulaFunction", "FormulaProblem", "Host", "ImportField", "ImportOutcome", "ImportRow", "ImportTarget", "IncentiveInput",
    "IncentiveType", "Indicator", "IndicatorKind", "InvalidValue", "Item", "Job", "Label", "Measure", "Model", "Moment", "Money", "NotFound",
    "Observation", "ObservationKind", "ObservationsRecorded", "Of", "OrgSource", "Period", "PeriodKind", "Problem", "ProblemsFound", "Progress",
    "Raw", "RecordOutcome", "Reward", "Rounding", "Scope", "Serial", "Site", "StartRefused", "SystemClock", "Table", "Tone", "Type", "Unit", "Work",
    "award_instantly", "bulk_insert", "change_departments", "count", "day_number", "department_tree", "distinct", "from_day_number", "from_micros",
    "hookimpl", "is_postgresql", "last_quantity", "mean_quantity", "micros", "minor_digits", "open_version", "ratio", "refuse_if_any", "requires",
    "share_within", "tables", "today", "total_amount", "total_quantity", "unit_of_work", "upsert", "weighted_index", "where", "write_plan_version",
    "write_rule",
]
# isort: on
# fmt: on


def __getattr__(name: str) -> Any:
    if name == "tables":
        return import_module("bole.models")
    for home, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'bole' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
