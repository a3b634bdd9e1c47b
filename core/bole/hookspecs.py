"""The hooks. Their grammar: plural nouns declare, past tenses notify, verbs decide.

A declaration is collected once, at the start. A notification is delivered after the
commit of what it tells, plugin by plugin, and tried again where it fails. A decision
returns one value to whoever asked. No hook is ever called per row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from bole.access import Actor, Work
    from bole.contracts.extension import Command, Connector, ImportTarget, Job, OrgSource, Site
    from bole.contracts.impact import OrgImpact
    from bole.contracts.incentive import IncentiveType
    from bole.contracts.indicator import Indicator
    from bole.contracts.observation import ObservationKind, ObservationsRecorded
    from bole.contracts.pages import AdminPage, AdminView
    from bole.contracts.schema import GraphQLPart
    from bole.formula import FormulaFunction
    from bole.models import Model
    from bole.values import Money

PROJECT = "bole"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def bole_models() -> Iterable[type[Model]]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return the plugin's tables.

    Called once at the start, before anything touches the database.

    :returns: model classes whose owner is the plugin.
    """


@hookspec
def bole_observation_kinds() -> Iterable[ObservationKind]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return the kinds of facts the plugin brings.

    Called once at the start; a code that two plugins declare stops it.

    :returns: frozen `ObservationKind` objects.
    """


@hookspec
def bole_indicators() -> Iterable[Indicator]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return the indicators the plugin brings.

    Called once at the start. The core fuses the aggregates of all plugins into one scan.

    :returns: frozen `Indicator` objects.
    """


@hookspec
def bole_incentive_types() -> Iterable[IncentiveType]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return the kinds of incentive the plugin can compute.

    Called once at the start.

    :returns: frozen `IncentiveType` objects, whose ``compute`` takes and returns whole sets.
    """


@hookspec
def bole_formula_functions() -> Iterable[FormulaFunction]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return functions that formulas may call.

    Called once at the start.

    :returns: frozen `FormulaFunction` objects.
    """


@hookspec
def bole_connectors() -> Iterable[Connector]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return ways to bring data in from other systems.

    Called once at the start.

    :returns: frozen `Connector` objects.
    """


@hookspec
def bole_import_targets() -> Iterable[ImportTarget]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return what rows can be imported as.

    Called once at the start.

    :returns: frozen `ImportTarget` objects.
    """


@hookspec
def bole_org_versions() -> Iterable[OrgSource]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return suppliers of org structures from elsewhere.

    Called once at the start.

    :returns: frozen `OrgSource` objects.
    """


@hookspec
def bole_org_impacts() -> Iterable[OrgImpact]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return kinds of things that a change of the organisation may touch.

    Called once at the start. Each is asked about a change before it is made, once for the change as a whole.

    :returns: frozen `OrgImpact` objects, whose ``assess`` takes the whole change and writes nothing.
    """


@hookspec
def bole_graphql() -> GraphQLPart:  # type: ignore[empty-body]  # a specification has no body
    """
    Return the plugin's part of the GraphQL schema.

    Called once when the schema is built; a field that two plugins declare stops the start and names both.

    :returns: types, fields added to others' types, query and mutation fields.
    """


@hookspec
def bole_blueprints() -> Iterable[Site]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return pages to add to the web application.

    Called once when the web application is built.

    :returns: `Site` objects.
    """


@hookspec
def bole_admin_views() -> Iterable[AdminView | AdminPage]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return pages to add to the back office.

    Called once when the back office is built.

    :returns: frozen `AdminView` objects (a table) and `AdminPage` objects (a page of the plugin's own making).
    """


@hookspec
def bole_commands() -> Iterable[Command]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return commands to add to the ``bole`` program.

    Called once when the program needs them; each is imported only when it is run.

    :returns: frozen `Command` objects.
    """


@hookspec
def bole_jobs() -> Iterable[Job]:  # type: ignore[empty-body]  # a specification has no body
    """
    Return kinds of work that can be done apart from a request.

    Called once at the start.

    :returns: frozen `Job` objects.
    """


@hookspec
def bole_observations_recorded(work: Work, news: ObservationsRecorded) -> None:
    """
    Learn that a batch of observations was recorded.

    Delivered after the commit, at least once.

    :param work: a unit of work in a session of its own, on the system's behalf.
    :param news: which batch, whom it touches, which days and kinds.
    """


@hookspec
def bole_period_closed(work: Work, period_id: int) -> None:
    """
    Learn that a period was closed.

    Delivered after the commit, at least once.

    :param work: a unit of work in a session of its own, on the system's behalf.
    :param period_id: which period.
    """


@hookspec
def bole_payout_released(work: Work, payout_ids: tuple[int, ...]) -> None:
    """
    Learn that payouts were released for payment.

    Delivered after the commit, at least once.

    :param work: a unit of work in a session of its own, on the system's behalf.
    :param payout_ids: which payouts.
    """


@hookspec
def bole_org_version_activated(work: Work, version_id: int) -> None:
    """
    Learn that a version of the organisation was recorded; it may hold from a day to come.

    Delivered after the commit, at least once.

    :param work: a unit of work in a session of its own, on the system's behalf.
    :param version_id: which version.
    """


@hookspec(firstresult=True)
def bole_resolve_actor(work: Work, credentials: dict[str, Any]) -> Actor | None:
    """
    Tell who stands behind a request's credentials.

    Called once a request that carries credentials; the first plugin that knows the answer gives it.

    :param work: a unit of work on the system's behalf.
    :param credentials: ``{"bearer": token}`` for a machine, ``{"user_id": id}`` for a person's session.
    :returns: the actor, or nothing when the plugin does not know these credentials.
    """


@hookspec(firstresult=True)
def bole_convert_money(work: Work, amount: Money, currency: str, moment: datetime) -> Money | None:
    """
    Convert money into another currency at a moment's rate.

    Called when a fact comes in with another currency than its employer's, once for each currency pair and day.

    :param work: a unit of work on the system's behalf.
    :param amount: what to convert.
    :param currency: into which currency.
    :param moment: at whose rate.
    :returns: the amount in `currency`, unrounded, or nothing when the plugin knows no rate.
    """
