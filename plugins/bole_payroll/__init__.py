"""Payroll: a month's payslips computed for everybody at once, approved, settled together with the payouts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bole import hookimpl

if TYPE_CHECKING:
    from bole import AdminView, ImportTarget, Job, Model, Work
    from bole.graphql import GraphQLPart


@hookimpl
def bole_models() -> list[type[Model]]:
    """Return the tables of payroll."""
    from bole_payroll import models  # the tables need SQLAlchemy, which listing the plugins does not

    return [models.Run, models.RunPart, models.Payslip, models.PayslipPayout, models.Component, models.Opening]


@hookimpl
def bole_jobs() -> list[Job]:
    """Return the job that computes a month."""
    from bole_payroll.jobs import JOBS  # as above

    return JOBS


@hookimpl
def bole_import_targets() -> list[ImportTarget]:
    """Return what rows can be imported as."""
    from bole_payroll.imports import TARGETS  # as above

    return TARGETS


@hookimpl
def bole_admin_views() -> list[AdminView]:
    """Return the pages of payroll."""
    from bole_payroll.pages import views  # only the back office asks

    return views()


@hookimpl
def bole_graphql() -> GraphQLPart:
    """Return the fields of payroll."""
    from bole_payroll.graphql import PART  # only the API asks

    return PART


@hookimpl
def bole_payout_released(work: Work, payout_ids: tuple[int, ...]) -> None:
    """Mark the drafts that lack these payouts as stale."""
    from bole_payroll.services.staleness import mark_stale  # only where payouts are released

    mark_stale(work, payout_ids)
