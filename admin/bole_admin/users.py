"""Users and roles: who has which role, and what a role lets do and how far."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bole.access import Work
from bole.models import Role, User
from bole_admin.language import reader_language
from bole_admin.views import SecureModelView


class UserView(SecureModelView):
    """A user with the roles."""

    row_template = "bole_admin/user.html"

    def details(self, work: Work, row: User) -> dict[str, Any]:
        """Return the user's roles."""
        return {"roles": sorted(row.roles, key=lambda role: role.name)}


class RoleView(SecureModelView):
    """A role with its grants and its users."""

    row_template = "bole_admin/role.html"

    def details(self, work: Work, row: Role) -> dict[str, Any]:
        """Return what the role lets do, in words, and who has it."""
        known = work.host.registry.permissions
        grants = [
            (grant.permission, known[grant.permission].of(reader_language()) if grant.permission in known else "", grant.scope)
            for grant in sorted(row.grants, key=lambda grant: grant.permission)
        ]
        users = work.session.scalars(select(User).where(User.roles.any(Role.id == row.id)).order_by(User.email)).all()
        return {"grants": grants, "users": users}
