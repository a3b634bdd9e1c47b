"""
Reorganising: a change of the organisation as a draft that many edit, checked, compared, merged on a day and taken back.

And the requests by which a change is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bole import hookimpl

if TYPE_CHECKING:
    from bole import AdminPage, AdminView, Job, Model, OrgImpact, Work
    from bole.graphql import GraphQLPart


@hookimpl
def bole_models() -> list[type[Model]]:
    """Return the tables of drafts and requests."""
    from bole_reorganisation import models  # the tables need SQLAlchemy, which listing the plugins does not
    from bole_reorganisation.requests.models import MODELS

    return [models.Draft, models.DraftLine, *MODELS]


@hookimpl
def bole_org_impacts() -> tuple[OrgImpact, ...]:
    """Return what of people, managers and sight a change touches."""
    from bole_reorganisation.impacts import IMPACTS  # only a start asks

    return IMPACTS


@hookimpl
def bole_jobs() -> list[Job]:
    """Return the job that tells people that a request's time passes."""
    from bole_reorganisation.requests.jobs import JOBS  # as above

    return JOBS


@hookimpl
def bole_admin_views() -> list[AdminView | AdminPage]:
    """Return the department tree, and the pages of requests."""
    from bole_reorganisation import pages  # only the back office asks
    from bole_reorganisation.requests.pages import VIEWS

    return [*pages.views(), *VIEWS]


@hookimpl
def bole_graphql() -> GraphQLPart:
    """Return the fields of drafts and requests."""
    from bole_reorganisation.graphql import PART  # only the API asks

    return PART


@hookimpl
def bole_org_version_activated(work: Work, version_id: int) -> None:
    """Call the requests done whose draft the version carries out."""
    from bole_reorganisation.requests.following import on_version_activated  # only where versions are recorded

    on_version_activated(work, version_id)
