"""A plugin for tests that uses every hook once, and the facade alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bole import hookimpl
from tests.dummy_plugin import declarations, models, services

if TYPE_CHECKING:
    from bole import (
        Actor,
        AdminPage,
        AdminView,
        Command,
        Connector,
        FormulaFunction,
        ImportTarget,
        IncentiveType,
        Indicator,
        Job,
        Model,
        Money,
        ObservationKind,
        ObservationsRecorded,
        OrgImpact,
        OrgSource,
        Site,
        Work,
    )
    from bole.graphql import GraphQLPart


@hookimpl
def bole_models() -> list[type[Model]]:
    """Return the table of notes."""
    return [models.Note]


@hookimpl
def bole_observation_kinds() -> list[ObservationKind]:
    """Return the kind of a nod."""
    return [declarations.NOD]


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the count of nods."""
    return [declarations.NODS]


@hookimpl
def bole_incentive_types() -> list[IncentiveType]:
    """Return the flat incentive."""
    return [declarations.FLAT]


@hookimpl
def bole_formula_functions() -> list[FormulaFunction]:
    """Return the function that doubles."""
    return [declarations.DOUBLE]


@hookimpl
def bole_connectors() -> list[Connector]:
    """Return the connector that reads a note from each file."""
    return [declarations.NOTE_FILES]


@hookimpl
def bole_import_targets() -> list[ImportTarget]:
    """Return notes as what rows can be imported as."""
    return [declarations.NOTES]


@hookimpl
def bole_org_versions() -> list[OrgSource]:
    """Return the supplier of a company of one department."""
    return [declarations.HUT]


@hookimpl
def bole_org_impacts() -> list[OrgImpact]:
    """Return notes that bear the code of a department."""
    return [declarations.NOTED]


@hookimpl
def bole_graphql() -> GraphQLPart:
    """Return notes as a type, with a field on employees, a query and a mutation."""
    from tests.dummy_plugin.graphql import PART  # only whoever answers queries needs the types

    return PART


@hookimpl
def bole_blueprints() -> list[Site]:
    """Return the page with the greeting."""
    from tests.dummy_plugin.web import SITE  # brings Flask, which only the web application needs

    return [SITE]


@hookimpl
def bole_admin_views() -> list[AdminView | AdminPage]:
    """Return the list of notes."""
    return [declarations.NOTE_LIST]


@hookimpl
def bole_commands() -> list[Command]:
    """Return the command that is in no manifest."""
    return [declarations.BOW]


@hookimpl
def bole_jobs() -> list[Job]:
    """Return the job that writes notes."""
    return [declarations.WRITE_NOTES]


@hookimpl
def bole_observations_recorded(work: Work, news: ObservationsRecorded) -> None:
    """Note the batch."""
    services.add_note(work, f"batch {news.batch_id}")


@hookimpl
def bole_period_closed(work: Work, period_id: int) -> None:
    """Note the period."""
    services.add_note(work, f"period {period_id}")


@hookimpl
def bole_payout_released(work: Work, payout_ids: tuple[int, ...]) -> None:
    """Note the payouts."""
    services.add_note(work, f"payouts {payout_ids}")


@hookimpl
def bole_org_version_activated(work: Work, version_id: int) -> None:
    """Note the version."""
    services.add_note(work, f"version {version_id}")


@hookimpl
def bole_resolve_actor(work: Work, credentials: dict[str, Any]) -> Actor | None:
    """Know one token, and nobody else's."""
    return declarations.ROBOT if credentials.get("bearer") == "dummy-robot" else None


@hookimpl
def bole_convert_money(work: Work, amount: Money, currency: str, moment: datetime) -> Money | None:
    """Know one rate: two of ours are one of theirs."""
    return declarations.converted(amount, currency)
