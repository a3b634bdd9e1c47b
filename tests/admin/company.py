"""A small company with results, awards, payouts, users and jobs, for tests of the back office."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from bole.access import Scope, Work
from bole.clock import FixedClock
from bole.contracts.label import Label
from bole.contracts.observation import Observation
from bole.db import Database
from bole.host import Config, Host
from bole.models import Award, Grant, Job, Role
from bole.services.awards import approve_awards
from bole.services.catalogue import synchronise
from bole.services.entries import DatedEntry, Entry
from bole.services.identity import create_user, ensure_roles
from bole.services.ledger import sign_checkpoint
from bole.services.payouts import release_payouts
from bole.services.people import assign_employees, define_legal_entities, register_employees
from bole.services.plans import Item, write_plan_version
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from bole.services.structure import change_departments
from bole.values import Money
from tests.admin.sample.declarations import Note

NOW = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"
PEOPLE = 60
SALES = range(2, 22)
FAMILY = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗".split()
GIVEN = "伟 芳 娜 敏 静 磊 洋 勇 艳 杰 涛 明 超 霞 平 刚 桂英 建国 晓东 雨桐".split()
SURNAMES = "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Gao Lin Luo".split()
FIRST_NAMES = "Wei Fang Na Min Jing Lei Yang Yong Yan Jie Tao Ming Chao Xia Ping Gang Guiying Jianguo Xiaodong Yutong".split()
USERS = {"admin@example.com": ["admin"], "manager@example.com": ["manager"], "employee@example.com": ["employee"], "nobody@example.com": []}


def sample_host(instance: Path) -> Host:
    """A host with the sample plugin."""
    config = Config(company="青禾消费品 Verdant Goods", locale="zh", plugins=("sample",), instance=instance)
    return Host(config, packages={"sample": "tests.admin.sample"})


def build(database: Database, host: Host) -> None:
    """Fill a database: people in a tree, a quarter's facts, a run, awards in every state, two payouts, users, jobs."""
    with database.session() as session:
        work = Work(session=session, host=host, clock=FixedClock(NOW))
        synchronise(work)
        _people(work)
        _plan(work)
        record_observations(work, list(_facts()), source="crm")
        run_period(work, "2026Q2")
        run_period(work, "2026Q3")
        awards = list(session.scalars(select(Award.id).order_by(Award.id)))
        approve_awards(work, awards[:24])
        payouts = release_payouts(work, awards[:20], due="2026-10").payouts
        assert payouts
        sign_checkpoint(work)
        write_plan_version(
            work, "sales", label=Label("销售方案", "Sales plan"), items=_items("0.3", "0.3"), valid_from=date(2027, 1, 1), reason="2027"
        )
        _users(work)
        session.add(Note(employee_id=3, text="=1+1 note"))
        session.add_all(_jobs())
        session.commit()


def _people(work: Work) -> None:
    define_legal_entities(
        work,
        [
            Entry(
                "cn",
                {"name_zh": "青禾消费品有限公司", "name_en": "Verdant Goods Ltd", "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"},
            )
        ],
    )
    register_employees(work, [Entry(f"E{number:03}", _person(number)) for number in range(1, PEOPLE + 1)])
    start = date(2023, 1, 1)
    departments = [
        ("hq", "总部", "Headquarters", None, "E001"),
        ("sales", "销售中心", "Sales", "hq", "E002"),
        ("east", "华东大区", "East region", "sales", "E003"),
        ("north", "华北大区", "North region", "sales", "E010"),
        ("south", "华南大区", "South region", "sales", "E016"),
        ("hr", "人力资源部", "Human resources", "hq", "E022"),
        ("finance", "财务与内部控制共享服务中心", "Finance and internal control shared services", "hq", None),
    ]
    for code, zh, en, parent, _ in departments:
        change_departments(work, [DatedEntry(code, start, {"name_zh": zh, "name_en": en, "parent": parent})])
    places = ["hq", "sales", *["east"] * 7, *["north"] * 6, *["south"] * 6, *["hr"] * 9, *["finance"] * 30]
    assign_employees(work, [DatedEntry(f"E{number:03}", start, {"department": places[number - 1]}) for number in range(1, PEOPLE + 1)])
    change_departments(work, [DatedEntry(code, date(2023, 2, 1), {"head": head}) for code, *_, head in departments if head])


def _person(number: int) -> dict[str, object]:
    place = (number * 7) % 20
    return {
        "name_zh": FAMILY[number % 20] + GIVEN[place],
        "name_en": f"{FIRST_NAMES[place]} {SURNAMES[number % 20]}",
        "email": f"e{number:03}@example.com",
        "phone": f"+86 100 0000 {number:04}",
        "birth_date": date(1980 + number % 20, 1 + number % 12, 1 + number % 28),
        "job_title": "销售代表" if number in SALES else "专员",
        "hired_on": date(2020, 1, 1) + timedelta(days=number * 11),
        "legal_entity": "cn",
    }


def _items(first: str, second: str) -> list[Item]:
    return [
        Item("sample.sales", Decimal(first), Decimal(300_000)),
        Item("sample.visits", Decimal(second), Decimal(30)),
        Item("sample.conversion", Decimal("0.25"), Decimal("0.3")),
        Item("sample.satisfaction", Decimal("0.15"), Decimal("0.9"), gate_below=Decimal("0.8"), gate_factor=Decimal("0.5")),
    ]


def _plan(work: Work) -> None:
    write_plan_version(
        work, "sales", label=Label("销售方案", "Sales plan"), items=_items("0.4", "0.2"), valid_from=date(2026, 1, 1), reason="平衡过程与结果"
    )
    write_plan_version(
        work,
        "newcomers",
        label=Label("新人方案", "Newcomers' plan"),
        items=_items("0.2", "0.4"),
        valid_from=date(2026, 1, 1),
        audience="tenure_months < 12",
        priority=1,
    )
    write_rule(
        work,
        "commission",
        type_code="sample.share",
        label=Label("销售提成", "Sales commission"),
        parameters={"rate": 31_415},
        valid_from=date(2026, 1, 1),
    )


def _facts() -> Iterator[Observation]:
    chance = random.Random(7)
    for number in SALES:
        employee, skill = f"E{number:03}", chance.uniform(0.6, 1.3)
        for place in range(40):
            moment = datetime(2026, 4, 2, 3, tzinfo=UTC) + timedelta(days=chance.randrange(178), hours=chance.randrange(8))
            key = f"{number}-{place}"
            if place % 4 == 0:
                amount = Money(Decimal(int(chance.uniform(8_000, 70_000) * skill)), "CNY")
                said = {"new_customer": place % 8 == 0, "customer": f"C{number}{place}"}
                yield Observation(employee, "sale.closed", moment, f"S{key}", amount=amount, attributes=said)
            yield Observation(employee, "visit.made", moment, f"V{key}", attributes={"customer": f"C{number}{place}"})
            yield Observation(employee, "lead.created", moment, f"L{key}")
            if chance.random() < 0.28 * skill:
                yield Observation(employee, "lead.won", moment, f"W{key}")
            yield Observation(employee, "feedback.given", moment, f"F{key}", quantity=Decimal(chance.choice(["0.7", "0.85", "0.95", "1"])))


def _users(work: Work) -> None:
    ensure_roles(work)
    for place, (email, roles) in enumerate(USERS.items()):
        create_user(work, email, PASSWORD, roles=roles, employee_id=None if email.startswith(("admin", "nobody")) else place + 2, locale=None)
    role = Role(name="clerk", description="Sees awards of the whole company, nothing else")
    role.grants.append(Grant(permission="core.award.read", scope=Scope.COMPANY.name.lower()))
    work.session.add(role)
    work.session.commit()
    create_user(work, "clerk@example.com", PASSWORD, roles=["clerk"])


def _jobs() -> list[Job]:
    def job(code: str, status: str, minutes: int, **more: object) -> Job:
        return Job(
            code=code,
            arguments={"period": "2026Q3"},
            status=status,
            created_at=NOW - timedelta(minutes=minutes),
            created_by="admin@example.com",
            **more,
        )

    return [
        job("core.run_period", "done", 90, done=4, total=4, result={"awards": 40}),
        job("core.run_period", "failed", 60, error="core.period_not_begun: the period 2027Q1 begins on 2027-01-01."),
        job("core.rebuild_rollups", "running", 2, done=3, total=8),
    ]
