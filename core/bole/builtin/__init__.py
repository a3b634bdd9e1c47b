"""The core as a plugin of itself: its own features come through the same hooks as everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bole import models
from bole.builtin import impacts, imports, jobs
from bole.contracts.extension import Command
from bole.formula import BUILT_IN
from bole.hookspecs import hookimpl

if TYPE_CHECKING:
    from bole.access import Actor, Work
    from bole.contracts.extension import ImportTarget, Job, Site
    from bole.contracts.impact import OrgImpact
    from bole.contracts.pages import AdminView
    from bole.contracts.schema import GraphQLPart
    from bole.formula import FormulaFunction


@hookimpl
def bole_models() -> list[type[models.Model]]:
    """Return the core's tables."""
    return [mapper.class_ for mapper in models.Model.registry.mappers if mapper.class_.table.info["owner"] == "core"]


@hookimpl
def bole_resolve_actor(work: Work, credentials: dict[str, Any]) -> Actor | None:
    """Return who stands behind a token or a person's session."""
    from bole.services.identity import resolve_actor  # brings argon2, which only a request needs

    return resolve_actor(work, credentials)


@hookimpl
def bole_admin_views() -> tuple[AdminView, ...]:
    """Return the core's tables as the back office shows them."""
    from bole.builtin.pages import VIEWS  # only the back office asks

    return VIEWS


@hookimpl
def bole_import_targets() -> tuple[ImportTarget, ...]:
    """Return what rows can be imported as."""
    return imports.TARGETS


@hookimpl
def bole_org_impacts() -> tuple[OrgImpact, ...]:
    """Return what of the core's own a change of the organisation may touch."""
    return impacts.IMPACTS


@hookimpl
def bole_graphql() -> GraphQLPart:
    """Return the core's part of the GraphQL schema."""
    from bole.graphql.core_part import part  # only an answer to GraphQL needs it

    return part()


@hookimpl
def bole_formula_functions() -> list[FormulaFunction]:
    """Return the functions that every formula may call."""
    return list(BUILT_IN.by_name.values())


@hookimpl
def bole_jobs() -> list[Job]:
    """Return the core's own jobs."""
    return jobs.JOBS


@hookimpl
def bole_commands() -> list[Command]:
    """Return the command to start and watch jobs."""
    return [Command("job", "Start jobs and see how far they are.", "bole.cli.jobs:job")]


@hookimpl
def bole_blueprints() -> list[Site]:
    """Return the page with the ledger's latest checkpoint."""
    from bole.web.checkpoint import SITE  # brings Flask, which only the web application needs

    return [SITE]


@hookimpl
def bole_period_closed(work: Work, period_id: int) -> None:
    """Sign the ledger as it stands, so that what was closed cannot be rewritten unseen."""
    from bole.services.ledger import sign_checkpoint  # brings the signing keys' library, which a start does not need

    sign_checkpoint(work)
