"""A plugin for the tests of the back office: facts, indicators, an incentive, a table and a page of its own."""

from __future__ import annotations

from bole.contracts.incentive import IncentiveType
from bole.contracts.indicator import Indicator
from bole.contracts.observation import ObservationKind
from bole.contracts.pages import AdminPage, AdminView
from bole.hookspecs import hookimpl
from bole.models import Model
from tests.admin.sample import declarations


@hookimpl
def bole_models() -> list[type[Model]]:
    """Return the plugin's table."""
    return [declarations.Note]


@hookimpl
def bole_observation_kinds() -> tuple[ObservationKind, ...]:
    """Return the kinds of facts."""
    return declarations.KINDS


@hookimpl
def bole_indicators() -> tuple[Indicator, ...]:
    """Return the indicators."""
    return declarations.INDICATORS


@hookimpl
def bole_incentive_types() -> tuple[IncentiveType, ...]:
    """Return the incentive."""
    return declarations.TYPES


@hookimpl
def bole_admin_views() -> list[AdminView | AdminPage]:
    """Return the plugin's pages in the back office."""
    return [declarations.NOTES, declarations.HELLO]
