"""The calendar of a legal entity: the weekly rule of the settings, and the days that are not as the week says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bole import Work, tables
from bole_reorganisation.requests.clock import Calendar
from bole_reorganisation.requests.models import CalendarDay
from bole_reorganisation.settings import rules_of

_C, _LE = CalendarDay.table, tables.LegalEntity.table


def calendar_of(work: Work, legal_entity: int, since: datetime) -> Calendar:
    """
    Return the calendar of a legal entity.

    Args:
        legal_entity: its id.
        since: days before this moment are left out.
    """
    zone = ZoneInfo(work.session.scalars(select(_LE.c.time_zone).where(_LE.c.id == legal_entity)).one())
    query = select(_C.c.day, _C.c.is_working).where(_C.c.legal_entity_id == legal_entity, _C.c.day >= since.date() - timedelta(days=1))
    return Calendar(zone, rules_of(work).working_days, {row.day: row.is_working for row in work.session.execute(query)})
