"""The time zone in which the back office shows moments: the company's, whoever looks from wherever."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import select

from bole.models import LegalEntity
from bole.web.request import current_work


def company_zone() -> ZoneInfo:
    """Return the time zone of the first legal entity (UTC while there is none), asked for once in a request."""
    if "company_zone" not in g:
        name = current_work().session.scalar(select(LegalEntity.time_zone).order_by(LegalEntity.id).limit(1))
        g.company_zone = ZoneInfo(name or "UTC")
    zone: ZoneInfo = g.company_zone
    return zone
