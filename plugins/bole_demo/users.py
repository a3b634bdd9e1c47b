"""Those who can log in to the demo."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from bole import Actor, Label, Raw, Work, actor_of_user, create_token, create_user
from bole_demo.company import DOMAIN, Company, Person
from bole_demo.folder import Login, Logins

_ADMIN = Label("系统管理员", "Administrator")
_HR = Label("人力资源", "HR")
_MANAGER = Label("大区经理", "Regional manager")
_SELLER = Label("销售代表", "Sales person")


def create_approver(work: Work, company: Company) -> tuple[Actor, Login]:
    """Add the HR manager's user and return who that is: it records, approves and releases while the demo is built."""
    login = Login(_HR, f"hr@{DOMAIN}", _password())
    user = create_user(work, login.email, login.password, roles=["hr"], employee_id=_id(work, company.head_of("hr")))
    actor = actor_of_user(work, user)
    work.session.commit()
    assert actor is not None  # the user was just made
    return actor, login


def create_others(work: Work, company: Company, approver: Login, seller: int) -> Logins:
    """
    Add the other users and the token, and return all logins.

    Args:
        seller: id of the sales person who can log in.
    """
    region = next(iter(unit.code for unit in company.units if unit.parent == "sales"))
    admin, manager, person = (
        Login(role, f"{name}@{DOMAIN}", _password()) for role, name in ((_ADMIN, "admin"), (_MANAGER, "manager"), (_SELLER, "sales"))
    )
    boss = create_user(work, admin.email, admin.password, roles=["admin"])
    create_user(work, manager.email, manager.password, roles=["manager"], employee_id=_id(work, company.head_of(region)))
    create_user(work, person.email, person.password, roles=["employee"], employee_id=seller)
    token = create_token(work, boss, "demo", valid_for=timedelta(days=365))
    return Logins((admin, approver, manager, person), token)


def pick_seller(work: Work, company: Company, ranked: Sequence[int]) -> int:
    """Return the id of the best seller of the first region, whom the manager who can log in leads."""
    region = next(iter(unit.code for unit in company.units if unit.parent == "sales"))
    below = {unit.code for unit in company.units if region in (unit.code, unit.parent)}
    led = {person.number for person in company.sellers if person.unit in below}
    rows = Raw(work.session).where_in("select id, number from core_employee where id in", list(ranked))
    numbers = {int(identity): str(number) for identity, number in rows}
    work.session.commit()
    return next(identity for identity in ranked if numbers[identity] in led)


def _id(work: Work, person: Person) -> int:
    row = Raw(work.session).one("select id from core_employee where number = ?", (person.number,))
    assert row is not None
    work.session.commit()
    return int(row[0])


def _password() -> str:
    return secrets.token_urlsafe(9)
