"""Calling requests done when the drafts that carry them out are in force."""

from __future__ import annotations

from sqlalchemy import select

from bole import Work, unit_of_work
from bole_reorganisation.models import Draft
from bole_reorganisation.requests.models import LIVE, Request
from bole_reorganisation.requests.stored import CARRY_OUT, advance

_R, _D = Request.table, Draft.table


def on_version_activated(work: Work, version_id: int) -> None:
    """
    Call the requests done that wait for the draft which an org version carries out.

    Told again, it finds none.
    """
    with unit_of_work(work.session) as session:
        query = select(_R.c.id, _D.c.code).join(_D, _D.c.id == _R.c.draft_id)
        query = query.where(_D.c.version_id == version_id, _R.c.state.in_(LIVE)).order_by(_R.c.id)
        for key, code in session.execute(query.with_for_update(of=_R)).all():
            advance(work, key, CARRY_OUT, text=code)
