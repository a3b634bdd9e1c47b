"""Users, their roles and their tokens; and who stands behind a request."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from bole.access import Actor, Scope, Work, requires
from bole.db import Raw, unit_of_work
from bole.errors import Conflict, InvalidValue, NotFound
from bole.models import ApiToken, Grant, Role, User
from bole.values import micros

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
TOKEN_PREFIX = "bole_"

_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$Ym9sZS1ub2JvZHktc2FsdA$Jq1fGqcwXyhHcXoQ0pEkNn7jYkJ3n0wzj0bM2kQxq3E"
"""A hash that no password fits, of the same cost as a real one."""

_READ_ALL = ("core.org.read", "core.indicator.read", "core.plan.read")
_READ_OWN = ("core.employee.read", "core.observation.read", "core.result.read", "core.award.read")
_PAY = ("core.payout.read", "core.term.read")
_MANAGE = ("core.user.manage",)


def default_grants(permissions: Iterable[str], own: Iterable[str] = ()) -> Mapping[str, Mapping[str, Scope]]:
    """
    Return the roles of a new installation: name to permission to scope.

    Args:
        permissions: all that the enabled plugins declare; administrators and HR get them for the whole company.
        own: those that everybody holds for himself or herself.
    """
    everything = dict.fromkeys(permissions, Scope.COMPANY)
    company = dict.fromkeys(_READ_ALL, Scope.COMPANY)
    pay = dict.fromkeys((*_PAY, *own), Scope.SELF)
    return {
        "admin": everything,
        "hr": {permission: scope for permission, scope in everything.items() if permission not in _MANAGE},
        "manager": {**company, **pay, **dict.fromkeys(_READ_OWN, Scope.UNIT), "core.observation.record": Scope.REPORTS},
        "employee": {**company, **pay, **dict.fromkeys((*_READ_OWN, "core.observation.record"), Scope.SELF)},
    }


@requires("core.user.manage")
def ensure_roles(work: Work) -> int:
    """
    Make the default roles, give ``admin`` every permission that it lacks, and return how many grants that added.

    Other roles that exist already stay as they are: an administrator may have changed them on purpose.
    """
    added = 0
    with unit_of_work(work.session) as session:
        known = {role.name: role for role in session.scalars(select(Role))}
        own = [permission for manifest in work.host.manifests.values() for permission in sorted(manifest.own)]
        for name, grants in default_grants(work.host.registry.permissions, own).items():
            role = known.get(name) or Role(name=name)
            if name in known and name != "admin":
                continue
            session.add(role)
            held = {grant.permission for grant in role.grants}
            new = [Grant(permission=permission, scope=scope.name.lower()) for permission, scope in grants.items() if permission not in held]
            role.grants.extend(new)
            added += len(new)
    return added


@requires("core.user.manage")
def grant_permission(work: Work, role: str, permission: str, scope: Scope) -> None:
    """
    Let a role hold a permission as far as a scope reaches; an earlier scope is replaced.

    Raises:
        NotFound: there is no such role.
        InvalidValue: no enabled plugin declares the permission.
    """
    if permission not in work.host.registry.permissions:
        raise InvalidValue("core.unknown_permission", f"no enabled plugin declares the permission {permission!r}.", "See `bole plugins list`.")
    with unit_of_work(work.session) as session:
        found = _roles(work, [role])[0]
        held = next((grant for grant in found.grants if grant.permission == permission), None)
        if held is None:
            found.grants.append(Grant(permission=permission, scope=scope.name.lower()))
        else:
            held.scope = scope.name.lower()
        session.flush()


@requires("core.user.manage")
def create_user(
    work: Work, email: str, password: str | None = None, *, roles: Sequence[str] = (), employee_id: int | None = None, locale: str | None = None
) -> int:
    """
    Add a user and return its id.

    Args:
        email: the name to log in by; case does not matter.
        password: nothing for a program that only uses tokens.
        roles: names of existing roles.
        employee_id: the employee that the user is.
        locale: ``zh`` or ``en``; nothing follows the browser.

    Raises:
        InvalidValue: the address is none, or the password is too short or too long.
        Conflict: the address or the employee has a user already.
        NotFound: there is no such role.
    """
    address = email.strip().lower()
    if "@" not in address or len(address) > 255:
        raise InvalidValue("core.user_email", f"{email!r} is not an e-mail address.", "Write it as name@example.com.")
    hashed = None if password is None else hash_password(password)
    with unit_of_work(work.session) as session:
        taken = session.scalar(select(User).where((User.email == address) | ((User.employee_id == employee_id) & (User.employee_id.is_not(None)))))
        if taken:
            what = f"the address {address!r}" if taken.email == address else f"employee {employee_id}"
            raise Conflict("core.user_exists", f"{what} has a user already.", "Change that user, or choose another address.")
        user = User(email=address, password=hashed, fs_uniquifier=secrets.token_hex(32), locale=locale, employee_id=employee_id)
        user.roles = _roles(work, roles)
        session.add(user)
        session.flush()
        return user.id


@requires("core.user.manage")
def set_password(work: Work, user_id: int, password: str) -> None:
    """
    Give a user another password; every session of the user ends.

    Raises:
        NotFound: there is no such user.
        InvalidValue: the password is too short or too long.
    """
    hashed = hash_password(password)
    with unit_of_work(work.session):
        user = _user(work, user_id)
        user.password, user.fs_uniquifier = hashed, secrets.token_hex(32)


@requires("core.user.manage")
def end_sessions(work: Work, user_id: int) -> None:
    """
    End every session of a user, on whatever device; tokens stay.

    Raises:
        NotFound: there is no such user.
    """
    with unit_of_work(work.session):
        _user(work, user_id).fs_uniquifier = secrets.token_hex(32)


@requires("core.user.manage")
def create_token(work: Work, user_id: int, name: str, *, valid_for: timedelta | None = timedelta(days=90)) -> str:
    """
    Add a token by which a program acts as a user, and return its text, which is kept nowhere.

    Raises:
        NotFound: there is no such user.
    """
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    now = work.clock.now()
    with unit_of_work(work.session) as session:
        owner = _user(work, user_id)
        session.add(ApiToken(name=name, user_id=owner.id, token_hash=_token_hash(text), created_at=now, expires_at=valid_for and now + valid_for))
    return text


@requires("core.user.manage")
def revoke_token(work: Work, token_id: int) -> None:
    """
    Make a token worthless from now on.

    Raises:
        NotFound: there is no such token, or it was revoked before.
    """
    with unit_of_work(work.session) as session:
        token = session.get(ApiToken, token_id)
        if token is None or token.revoked_at is not None:
            raise NotFound("core.unknown_token", f"there is no token {token_id} in use.", "List the tokens in the back office.")
        token.revoked_at = work.clock.now()


def hash_password(password: str) -> str:
    """
    Return the argon2id hash of a password, with its parameters and salt in it.

    Raises:
        InvalidValue: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidValue(
            "core.password_length",
            f"a password of {len(password)} characters is not taken.",
            f"Use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; a few words that you can remember are good.",
        )
    return PasswordHasher().hash(password)


@requires("core.user.manage")
def check_password(work: Work, email: str, password: str) -> int | None:
    """
    Return the id of the active user with that address and password; nothing when there is none.

    It takes as long for an unknown address as for a wrong password, so the time tells nothing.
    """
    user = work.session.scalar(select(User).where(User.email == email.strip().lower()))
    stored = user.password if user and user.password else _NOBODYS
    try:
        PasswordHasher().verify(stored, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return user.id if user and user.active and stored != _NOBODYS else None


def resolve_actor(work: Work, credentials: Mapping[str, Any]) -> Actor | None:
    """Return who stands behind a token (``bearer``) or a person's session (``user_id``); nothing when nobody does."""
    if (token := credentials.get("bearer")) is not None:
        return actor_of_token(work, str(token))
    return actor_of_user(work, int(credentials["user_id"])) if "user_id" in credentials else None


@requires("core.user.manage")
def actor_of_user(work: Work, user_id: int) -> Actor | None:
    """Return the actor that an active user is, with the widest scope that any of its roles gives each permission."""
    return _actor(Raw(work.session).all(f"select {_COLUMNS}, '' from core_user u {_GRANTS} where u.id = ? and u.active", (user_id,)))


@requires("core.user.manage")
def actor_of_token(work: Work, token: str) -> Actor | None:
    """Return the actor behind a token that is known, not revoked and not expired, of an active user."""
    rows = Raw(work.session).all(
        f"select {_COLUMNS}, t.name from core_api_token t join core_user u on u.id = t.user_id {_GRANTS} "
        "where t.token_hash = ? and t.revoked_at is null and (t.expires_at is null or t.expires_at > ?) and u.active",
        (_token_hash(token), micros(work.clock.now())),
    )
    return _actor(rows)


_SCOPES = {scope.name.lower(): scope for scope in Scope}
_COLUMNS = "u.id, u.email, u.employee_id, g.permission, g.scope"
_GRANTS = "left join core_user_role r on r.user_id = u.id left join core_grant g on g.role_id = r.role_id"


def _actor(rows: Sequence[Sequence[Any]]) -> Actor | None:
    if not rows:
        return None
    user_id, email, employee_id, _, _, token = rows[0]
    grants: dict[str, Scope] = {}
    for row in rows:
        if row[3] is not None:
            scope = _SCOPES.get(row[4]) or Scope.parse(row[4])
            grants[row[3]] = max(scope, grants.get(row[3], scope))
    return Actor(f"{email} ({token})" if token else email, user_id=user_id, employee_id=employee_id, grants=grants)


def _token_hash(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _user(work: Work, user_id: int) -> User:
    user = work.session.get(User, user_id)
    if user is None:
        raise NotFound("core.unknown_user", f"there is no user {user_id}.", "List the users in the back office.")
    return user


def _roles(work: Work, names: Sequence[str]) -> list[Role]:
    found = {role.name: role for role in work.session.scalars(select(Role).where(Role.name.in_(names)))}
    if missing := [name for name in names if name not in found]:
        known = ", ".join(work.session.scalars(select(Role.name).order_by(Role.name)))
        raise NotFound("core.unknown_role", f"there is no role {', '.join(missing)}.", f"Roles: {known or 'none; call ensure_roles first'}.")
    return [found[name] for name in names]
