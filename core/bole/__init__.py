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
    from bole.formula import Formula, FormulaError, FormulaFunction, FormulaProblem, Table, Type
    from bole.hookspecs import hookimpl
    from bole.host import Config, Host
    from bole.models import MILLION, Model
    from bole.models.types import PERSONAL, Document, Moment, Serial
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
    "bole.formula": "Formula FormulaError FormulaFunction FormulaProblem Table Type",
    "bole.hookspecs": "hookimpl",
    "bole.host": "Config Host",
    "bole.models": "MILLION Model",
    "bole.models.types": "PERSONAL Document Moment Serial",
    "bole.values": "EPOCH FOREVER UNTIL_REVISED DateInterval Money Period PeriodKind Rounding day_number from_day_number from_micros "
    "micros minor_digits",
}

__all__ = [
    "AMOUNT_SCALE", "EPOCH", "FOREVER", "MILLION", "ONE", "PERSONAL", "SYSTEM", "UNTIL_REVISED", "Action", "Actor", "AdminPage", "AdminView",
    "Aggregate", "Attribute", "AttributeType", "BoleError", "Choice", "Clock", "Column", "Command", "Config", "Conflict", "Connector", "Database",
    "DateInterval", "Direction", "Document", "FieldType", "FixedClock", "Forbidden", "Format", "Formula", "FormulaError", "FormulaFunction",
    "FormulaProblem", "Host", "ImportField", "ImportOutcome", "ImportRow", "ImportTarget", "IncentiveInput", "IncentiveType", "Indicator",
    "IndicatorKind", "InvalidValue", "Job", "Label", "Measure", "Model", "Moment", "Money", "NotFound", "Observation", "ObservationKind",
    "ObservationsRecorded", "Of", "OrgSource", "Period", "PeriodKind", "Problem", "ProblemsFound", "Progress", "Raw", "RecordOutcome", "Reward",
    "Rounding", "Scope", "Serial", "Site", "StartRefused", "SystemClock", "Table", "Tone", "Type", "Unit", "Work", "bulk_insert", "count",
    "day_number", "distinct", "from_day_number", "from_micros", "hookimpl", "is_postgresql", "last_quantity", "mean_quantity", "micros",
    "minor_digits", "ratio", "refuse_if_any", "requires", "share_within", "tables", "today", "total_amount", "total_quantity", "unit_of_work",
    "upsert", "weighted_index", "where",
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
