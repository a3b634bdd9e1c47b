"""Users, roles and tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from bole.access import Actor, Scope, Work
from bole.clock import FixedClock
from bole.errors import Conflict, Forbidden, InvalidValue, NotFound
from bole.models import ApiToken, Grant, Role, User
from bole.services import identity
from tests.conftest import NOW
from tests.core.graphql.company import EVA, put_people

GOOD = "correct horse battery"


@pytest.fixture
def staffed(work: Work) -> Work:
    """A unit of work over a company of six, with the default roles."""
    put_people(work.session)
    work.session.commit()
    identity.ensure_roles(work)
    return work


def count(work: Work, model: type) -> int:
    """Return how many rows a table has."""
    return work.session.scalar(select(func.count()).select_from(model)) or 0


def test_default_roles_are_made_once(work: Work) -> None:
    """Four roles come with the first call; the second changes nothing; admin holds every permission for the company."""
    first = identity.ensure_roles(work)
    second = identity.ensure_roles(work)

    assert sorted(work.session.scalars(select(Role.name))) == ["admin", "employee", "hr", "manager"]
    assert (first, second) == (count(work, Grant), 0)
    admin = work.session.scalars(select(Role).where(Role.name == "admin")).one()
    assert {grant.permission: grant.scope for grant in admin.grants} == dict.fromkeys(work.host.registry.permissions, "company")


def test_admin_gets_permissions_that_came_later(work: Work) -> None:
    """A permission that admin lacks is added by the next call; what others lost stays lost."""
    identity.ensure_roles(work)
    for name in ("admin", "hr"):
        role = work.session.scalars(select(Role).where(Role.name == name)).one()
        role.grants = [grant for grant in role.grants if grant.permission != "core.job.read"]
    work.session.commit()

    assert identity.ensure_roles(work) == 1

    assert list(work.session.scalars(select(Role.name).join(Role.grants).where(Grant.permission == "core.job.read"))) == ["admin"]


def test_a_grant_is_replaced_not_doubled(staffed: Work) -> None:
    """Granting a permission again with another scope leaves one grant with the later scope."""
    identity.grant_permission(staffed, "employee", "core.employee.read", Scope.COMPANY)

    found = staffed.session.scalars(select(Grant).join(Role).where(Role.name == "employee", Grant.permission == "core.employee.read")).all()
    assert [grant.scope for grant in found] == ["company"]


def test_an_unknown_permission_is_not_granted(staffed: Work) -> None:
    """A permission that no plugin declares is refused by name, and nothing is granted."""
    before = count(staffed, Grant)

    with pytest.raises(InvalidValue, match=r"no enabled plugin declares the permission 'core.emplyee.read'"):
        identity.grant_permission(staffed, "employee", "core.emplyee.read", Scope.SELF)

    assert count(staffed, Grant) == before


def test_a_user_has_an_argon2_hash(staffed: Work) -> None:
    """The password is kept as an argon2id hash that verifies; the address in lower case."""
    user_id = identity.create_user(staffed, " Eva@Example.com ", GOOD, roles=["employee"], employee_id=EVA, locale="zh")

    user = staffed.session.get_one(User, user_id)
    assert (user.email, user.locale, user.employee_id, user.password[:10]) == ("eva@example.com", "zh", EVA, "$argon2id$")
    assert PasswordHasher().verify(user.password, GOOD)


@pytest.mark.parametrize(
    ("email", "password", "roles", "error", "message"),
    [
        pytest.param("eva", GOOD, [], InvalidValue, "'eva' is not an e-mail address", id="no address"),
        pytest.param("eva@example.com", "short", [], InvalidValue, "a password of 5 characters is not taken", id="short password"),
        pytest.param("eva@example.com", "x" * 201, [], InvalidValue, "a password of 201 characters is not taken", id="long password"),
        pytest.param("eva@example.com", GOOD, ["boss"], NotFound, "there is no role boss", id="unknown role"),
    ],
)
def test_a_wrong_user_is_refused(staffed: Work, email: str, password: str, roles: list[str], error: type[Exception], message: str) -> None:
    """A user that cannot be is refused with the reason, and none is added."""
    with pytest.raises(error, match=message):
        identity.create_user(staffed, email, password, roles=roles)

    assert count(staffed, User) == 0


def test_an_employee_has_one_user(staffed: Work) -> None:
    """A second user for the same employee, or the same address, is a conflict that names it."""
    identity.create_user(staffed, "eva@example.com", GOOD, employee_id=EVA)

    with pytest.raises(Conflict, match="employee 3 has a user already"):
        identity.create_user(staffed, "other@example.com", GOOD, employee_id=EVA)
    with pytest.raises(Conflict, match=r"the address 'eva@example.com' has a user already"):
        identity.create_user(staffed, "EVA@example.com", GOOD)

    assert count(staffed, User) == 1


def test_roles_add_up_to_the_widest_scope(staffed: Work) -> None:
    """Of two roles with the same permission the wider scope counts."""
    user_id = identity.create_user(staffed, "eva@example.com", GOOD, roles=["employee", "manager"], employee_id=EVA)

    actor = identity.actor_of_user(staffed, user_id)

    assert actor == Actor("eva@example.com", user_id=user_id, employee_id=EVA, grants=actor.grants)
    assert (actor.scope("core.employee.read"), actor.scope("core.payout.read"), actor.scope("core.user.manage")) == (Scope.UNIT, Scope.SELF, None)


def test_a_token_stands_for_its_user(staffed: Work) -> None:
    """A token gives its user's grants under a name that holds both; only its hash is stored."""
    user_id = identity.create_user(staffed, "erp@example.com", roles=["hr"])
    token = identity.create_token(staffed, user_id, "nightly")

    actor = staffed.host.hook.bole_resolve_actor(work=staffed, credentials={"bearer": token})

    assert (actor.name, actor.user_id, actor.scope("core.employee.read")) == ("erp@example.com (nightly)", user_id, Scope.COMPANY)
    assert token.encode() not in staffed.session.scalars(select(ApiToken.token_hash)).one()


def test_a_token_expires(staffed: Work) -> None:
    """At its last moment a token is worth nothing; a microsecond before it still counts."""
    token = identity.create_token(staffed, identity.create_user(staffed, "erp@example.com"), "nightly", valid_for=timedelta(days=1))
    end = NOW + timedelta(days=1)

    before = identity.actor_of_token(replace(staffed, clock=FixedClock(end - timedelta(microseconds=1))), token)
    after = identity.actor_of_token(replace(staffed, clock=FixedClock(end)), token)

    assert (before is not None, after) == (True, None)


def test_a_revoked_token_is_worth_nothing(staffed: Work) -> None:
    """After revoking, the token gives no actor, and revoking again says that there is none."""
    token = identity.create_token(staffed, identity.create_user(staffed, "erp@example.com"), "nightly")
    token_id = staffed.session.scalars(select(ApiToken.id)).one()

    identity.revoke_token(staffed, token_id)

    assert identity.actor_of_token(staffed, token) is None
    with pytest.raises(NotFound, match=f"there is no token {token_id} in use"):
        identity.revoke_token(staffed, token_id)


def test_an_inactive_user_is_nobody(staffed: Work) -> None:
    """Neither session nor token of an inactive user gives an actor."""
    user_id = identity.create_user(staffed, "erp@example.com")
    token = identity.create_token(staffed, user_id, "nightly")
    staffed.session.get_one(User, user_id).active = False
    staffed.session.commit()

    assert (identity.actor_of_user(staffed, user_id), identity.actor_of_token(staffed, token)) == (None, None)


def test_unknown_credentials_are_nobodys(staffed: Work) -> None:
    """An invented token, an unknown user and credentials of another kind give no actor."""
    for credentials in ({"bearer": "bole_invented"}, {"user_id": 99}, {"badge": "7"}):
        assert staffed.host.hook.bole_resolve_actor(work=staffed, credentials=credentials) is None


CHANGES = {"password": lambda work, user: identity.set_password(work, user, "another good one"), "logout": identity.end_sessions}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_sessions_end_with_the_identifier(staffed: Work, change: object) -> None:
    """A new password, and ending the sessions, give the user another session identifier."""
    user_id = identity.create_user(staffed, "eva@example.com", GOOD)
    before = staffed.session.get_one(User, user_id).fs_uniquifier

    change(staffed, user_id)

    assert staffed.session.get_one(User, user_id).fs_uniquifier != before


def test_users_are_managed_by_those_who_may(staffed: Work) -> None:
    """Without core.user.manage nobody adds a user, and none is added."""
    with pytest.raises(Forbidden, match=r"eva lacks the permission 'core.user.manage'"):
        identity.create_user(staffed.acting_as(Actor("eva")), "new@example.com", GOOD)

    assert count(staffed, User) == 0
