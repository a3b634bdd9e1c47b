"""The departments page: the tree of any day, and who works in a department."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select

from bole.access import Work
from bole.errors import InvalidValue, NotFound
from bole.models import Assignment, Employee
from bole.services.intervals import as_of
from bole.services.structure import DepartmentNode, department_tree, headcounts
from bole.services.visibility import company_day, visible_employees
from bole_admin.formats import date_text
from bole_admin.reading import read_value
from bole_admin.secure import SecurePage

LISTED = 500
"""A department's members beyond these are counted, not listed."""


@dataclass
class Branch:
    """A department in the tree, ready to be read."""

    node: DepartmentNode
    name: str
    head: str
    own: int
    total: int
    branches: list[Branch] = field(default_factory=list)


class DepartmentsPage(SecurePage):
    """The department tree as of a day."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the tree of a day."""
        day = self._day()
        roots, _ = self._tree(day)
        return self.render("bole_admin/departments.html", day=day, roots=roots, people=sum(root.total for root in roots))

    @expose("/<int:key>/")
    def department(self, key: int) -> ResponseReturnValue:
        """Show a department of a day, the way up from it, what is below it, and who works in it."""
        work, day = self.work, self._day()
        _, branches = self._tree(day)
        if key not in branches:
            told = self.office.wording.gettext
            message = told("There is no department %(key)s on %(day)s.", key=key, day=date_text(day))
            raise NotFound("admin.department", message, told("Choose another day."))
        trail: list[tuple[str, str]] = []
        above = branches[key].node.parent_id
        while above is not None:
            trail.insert(0, (branches[above].name, self.get_url(".department", key=above, on=day.isoformat())))
            above = branches[above].node.parent_id
        trail.insert(0, (str(self.name), self.get_url(".index", on=day.isoformat())))
        members = self._members(work, key, day) if self.may_open("core.employee.read") else []
        shown, hidden = members[:LISTED], max(len(members) - LISTED, 0)
        return self.render("bole_admin/department.html", day=day, branch=branches[key], trail=trail, members=shown, hidden=hidden)

    def _day(self) -> date:
        text = request.args.get("on")
        if not text:
            return company_day(self.work)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise InvalidValue("admin.date", f"{text!r} is not a date.", "Write it as 2026-10-15.") from None

    def _tree(self, day: date) -> tuple[list[Branch], dict[int, Branch]]:
        work = self.work
        nodes, counts = department_tree(work, day), {count.department_id: count for count in headcounts(work, day)}
        heads = self._heads(work, nodes)
        roots: list[Branch] = []
        branches: dict[int, Branch] = {}
        for node in nodes:
            count = counts[node.id]
            branch = branches[node.id] = Branch(node, read_value(node, "name") or node.code, heads.get(node.head_id or 0, ""), count.own, count.total)
            above = branches.get(node.parent_id or 0)
            (above.branches if above else roots).append(branch)
        return roots, branches

    def _heads(self, work: Work, nodes: tuple[DepartmentNode, ...]) -> dict[int, str]:
        keys = {node.head_id for node in nodes if node.head_id is not None}
        people = work.session.scalars(select(Employee).where(Employee.id.in_(keys))) if keys else ()
        return {person.id: str(read_value(person, "name")) for person in people}

    def _members(self, work: Work, key: int, day: date) -> list[dict[str, Any]]:
        placed, scope = Assignment.table, visible_employees(work, "core.employee.read")
        statement = (
            select(Employee).join(Assignment, Assignment.employee_id == Employee.id).where(placed.c.department_id == key, as_of(placed, day, None))
        )
        if scope is not None:
            statement = statement.where(Employee.id.in_(scope))
        people = work.session.scalars(statement.order_by(Employee.number).limit(LISTED * 2))
        return [{"id": person.id, "name": read_value(person, "name"), "number": person.number, "job_title": person.job_title} for person in people]
