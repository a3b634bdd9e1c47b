"""The blast radius of a draft: everything that it touches, as all plugins tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bole import FOREVER, Label, OrgDiff, Work, company_day, requires
from bole_reorganisation.drafts.access import demand_drafts
from bole_reorganisation.drafts.live import merged_with_live
from bole_reorganisation.drafts.standing import weighed
from bole_reorganisation.drafts.stored import find_draft, read_lines
from bole_reorganisation.errors import endless_day


@dataclass(frozen=True, slots=True)
class ImpactFound:
    """
    One kind of thing that a draft touches.

    Args:
        label: what is counted, in the plural.
        count: how many.
        items: one sentence for each of the first of them.
    """

    code: str
    label: Label
    count: int
    items: tuple[Label, ...]


@requires("core.org.read")
def blast_radius(work: Work, code: str, *, on: date | None = None) -> tuple[ImpactFound, ...]:
    """
    Return what a draft touches if it comes into force on a day, each kind once, those that it does not touch with zero.

    Args:
        on: today where not given.

    Raises:
        NotFound: no draft has this code.
        InvalidValue: the day is none on which anything can begin.
        Forbidden: the actor may not see drafts.
    """
    demand_drafts(work)
    day = on or company_day(work)
    if day >= FOREVER:
        raise endless_day(day)
    merged = merged_with_live(read_lines(work.session, find_draft(work.session, code)).values(), work, day)
    change = weighed(OrgDiff(merged.changes), work, day)
    found = ((impact, impact.assess(work, change)) for impact in work.host.registry.org_impacts.values())
    return tuple(ImpactFound(impact.code, impact.label, touched.count, touched.items) for impact, touched in found)
