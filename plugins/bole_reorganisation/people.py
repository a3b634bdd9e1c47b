"""What employees are called, to those who may see it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from bole import Label, Work, among, company_day, requires, tables, visible_employees
from bole_reorganisation.texts import plain

READ = "core.employee.read"


@requires("core.org.read")
def names_seen(work: Work, numbers: Collection[str | None]) -> dict[str, Label]:
    """Return what employees are called, by number; those whom the actor may not see are left out."""
    wanted = {number for number in numbers if number}
    if not wanted or work.actor.scope(READ) is None:
        return {}
    own = tables.Employee.table.c
    query = select(own.number, own.name_zh, own.name_en).where(among(work.session, own.number, sorted(wanted)))
    visible = visible_employees(work, READ)
    rows = work.session.execute(query if visible is None else query.where(own.id.in_(visible)))
    return {number: Label(zh or en or number, en or zh or number) for number, zh, en in rows}


@requires("core.employee.read")
def people_found(work: Work, text: str, limit: int) -> dict[str, Label]:
    """
    Return at most `limit` employees who have not left and whose number or name holds a text, by number.

    Raises:
        InvalidValue: the text cannot be looked for.
    """
    wanted, own = plain(text, "the text").strip(), tables.Employee.table.c
    if not wanted:
        return {}
    here = (own.left_on.is_(None)) | (own.left_on > company_day(work))
    query = select(own.number, own.name_zh, own.name_en).where(here)
    query = query.where(or_(*(column.icontains(wanted, autoescape=True) for column in (own.number, own.name_zh, own.name_en))))
    visible = visible_employees(work, READ)
    rows = work.session.execute((query if visible is None else query.where(own.id.in_(visible))).order_by(own.number).limit(limit))
    return {number: Label(zh or en or number, en or zh or number) for number, zh, en in rows}
