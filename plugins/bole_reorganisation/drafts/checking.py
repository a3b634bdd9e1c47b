"""What a draft would make wrong: the findings of the organisation with its changes that it does not have without them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from bole import (
    UNTIL_REVISED,
    Change,
    Finding,
    Label,
    OrgDiff,
    Part,
    Severity,
    Structure,
    Work,
    among,
    apply_diff,
    check_structure,
    read_structure,
    tables,
)
from bole_reorganisation.drafts.live import codes_of

_WHOLE = (Part.DEPARTMENT, Part.POSITION)
_E, _A, _M, _D, _P = (
    tables.Employee.table,
    tables.Assignment.table,
    tables.Membership.table,
    tables.Department.table,
    tables.Position.table,
)


def caused_findings(changes: Sequence[Change], work: Work, on: date) -> tuple[Finding, ...]:
    """
    Return what changes make wrong, or dubious, in the organisation of a day; what is so already is left out.

    Departments and posts are looked through whole. Of people only those are read whom the changes can concern: all others are
    found to be the same on both sides.
    """
    if not changes:
        return ()
    live = _near(changes, work, on)
    after = apply_diff(live, OrgDiff(tuple(changes)))
    heads = {facts["head"] for side in (live, after) for facts in side.departments.values()} - {None}
    touched = {change.code for change in changes if change.part is Part.ASSIGNMENT}
    employed = _employed(heads | touched, work, on)
    known = {known_again_by(finding) for finding in check_structure(live, employed=employed)}
    roots = sum(facts["parent"] is None for facts in live.departments.values())
    found = check_structure(after, employed=employed, roots_before=roots)
    caused = [finding for finding in found if known_again_by(finding) not in known]
    return (*_left(changes, work, on), *caused)


def known_again_by(finding: Finding) -> tuple[object, ...]:
    """Return by what a finding is known again although names in it became others."""
    said = finding.message.en if finding.code in ("empty_post", "overlapping") else ""
    return finding.code, finding.part, finding.key, finding.others, said


def _left(changes: Sequence[Change], work: Work, on: date) -> list[Finding]:
    """Return an error for each employee whom changes put somewhere although he or she has left by a day."""
    placed = sorted(change.code for change in changes if change.part is Part.ASSIGNMENT and change.after is not None)
    query = select(_E.c.number, _E.c.left_on).where(_E.c.left_on <= on).order_by(_E.c.number)
    gone = work.session.execute(query.where(among(work.session, _E.c.number, placed))).all() if placed else ()
    found = []
    for number, left_on in gone:
        message = Label(f"员工 {number} 已于 {left_on} 离职，不能再安排岗位", f"employee {number} left on {left_on} and cannot be assigned")
        found.append(Finding(Severity.ERROR, "left", Part.ASSIGNMENT, number, (), message))
    return found


def _near(changes: Sequence[Change], work: Work, on: date) -> Structure:
    """Return all departments and posts of a day, and the people whom changes can concern."""
    codes = codes_of(changes)
    whole = read_structure(work, on, line=None, parts=_WHOLE)
    closed = [change.code for change in changes if change.part is Part.DEPARTMENT and change.after is None]
    posts = set(codes.get(Part.POSITION, ()))
    posts |= {facts["position"] for change in changes if change.part is Part.ASSIGNMENT for facts in (change.before, change.after) if facts}
    placed = set(codes.get(Part.ASSIGNMENT, ())) | _people(closed, posts - {None}, work, on)
    beside = set(codes.get(Part.MEMBERSHIP, ()))
    if closed:
        members = select(_E.c.number, _D.c.code).join(_M, _M.c.employee_id == _E.c.id).join(_D, _D.c.id == _M.c.department_id)
        members = members.where(_M.c.valid_from <= on, _M.c.valid_to > on, _M.c.known_to >= UNTIL_REVISED, among(work.session, _D.c.code, closed))
        beside |= {f"{number}@{code}" for number, code in work.session.execute(members)}
    wanted = {Part.ASSIGNMENT: placed, Part.MEMBERSHIP: beside}
    people = read_structure(work, on, line=None, parts=tuple(wanted), codes=wanted)
    return Structure(whole.departments, whole.positions, people.assignments, people.memberships)


def _people(closed: Collection[str], posts: Collection[str], work: Work, on: date) -> set[str]:
    """Return the numbers of those who work in some departments, or hold some posts, on a day."""
    query = select(_E.c.number).join(_A, _A.c.employee_id == _E.c.id).where(_A.c.valid_from <= on, _A.c.valid_to > on, _A.c.known_to >= UNTIL_REVISED)
    found: set[str] = set()
    for table, column, wanted in ((_D, _A.c.department_id, closed), (_P, _A.c.position_id, posts)):
        if wanted:
            ids = select(table.c.id).where(among(work.session, table.c.code, sorted(wanted)))
            found |= set(work.session.scalars(query.where(column.in_(ids))))
    return found


def _employed(numbers: Collection[str], work: Work, on: date) -> set[str]:
    """Return which of some employees are employed on a day."""
    query = select(_E.c.number).where(_E.c.hired_on <= on, _E.c.left_on.is_(None) | (_E.c.left_on > on))
    return set(work.session.scalars(query.where(among(work.session, _E.c.number, sorted(numbers))))) if numbers else set()
