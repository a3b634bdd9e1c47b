"""
GraphQL: the whole request, against a hand-written Flask endpoint with SQLAlchemy Core and orjson that gives the same bytes.

Ours goes through the web application as it is served: token, permissions, security headers, request log.
The endpoint is measured twice: looking up the token and demanding the permissions of what it shows, as
whoever writes one for such data must; and ("against none checked") without any of that.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from flask import Flask, Response, abort, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, text

from benchmarks._harness import Report, arguments, databases, interleave
from benchmarks._load import request_bytes, seconds_per_request, servers
from bole import models
from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.graphql.values import id_writer, millionths
from bole.host import Config, Host
from bole.services.identity import create_token, create_user, ensure_roles
from bole.web import create_app
from bole.web.server import log_as_json

NOW = datetime(2026, 10, 15, 8, 30, tzinfo=UTC)
DAY = date(2026, 10, 15)
DEPARTMENTS, INDICATORS = 50, 6

EMPLOYEES = """query Employees($first: Int!) { employees(first: $first) { nodes {
  id number nameZh nameEn email phone jobTitle hiredOn leftOn birthDate department { id nameEn } } } }"""
SCORES = """query Scores($first: Int!) { employees(first: $first) { nodes {
  id nameZh scores { id target attainment points indicator { code labelEn } } } } }"""
ONE = """query One($number: String!) { employees(number: $number, first: 1) { nodes { id nameZh department { nameEn } } } }"""


def fill(database: Database, host: Host, people: int) -> str:
    """Build the company from a fixed seed, and return a token of the HR department."""
    draw = random.Random(7)
    models.Model.metadata.create_all(database.engine)
    with database.session() as session:
        for model, rows in _rows(people, draw):
            session.execute(insert(model), rows)
        session.commit()
        work = Work(session, host, clock=FixedClock(NOW))
        ensure_roles(work)
        token = create_token(work, create_user(work, "erp@example.com", roles=["hr"]), "erp", valid_for=timedelta(days=1))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    return token


def _rows(people: int, draw: random.Random) -> Iterator[tuple[type[models.Model], list[dict[str, Any]]]]:
    known, since = datetime(2026, 1, 1, tzinfo=UTC), date(2020, 1, 1)
    named = {"name_zh": "甲公司", "name_en": "Alpha", "country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"}
    yield models.LegalEntity, [{"id": 1, "code": "CN", **named}]
    version = {"valid_from": since, "recorded_at": known, "recorded_by": "", "leaf": 0}
    yield models.OrgVersion, [{"id": 1, "code": "v1", **version}]
    yield models.Employee, [_person(number, draw) for number in range(1, people + 1)]
    units, staff = range(1, DEPARTMENTS + 1), range(1, people + 1)
    yield models.Department, [{"id": unit, "code": f"D{unit:03}"} for unit in units]
    dated = {"org_version_id": 1, "valid_from": since, "known_from": known}
    above = {unit: None if unit == 1 else 1 for unit in units}
    yield (
        models.DepartmentInterval,
        [{"department_id": n, "parent_id": above[n], "name_zh": f"部门 {n}", "name_en": f"Unit {n}", **dated} for n in units],
    )
    yield models.Assignment, [{"employee_id": person, "department_id": draw.choice(units), **dated} for person in staff]
    kind = {"owner": "bench", "kind": "result", "unit": "count", "direction": "higher"}
    indicators = range(1, INDICATORS + 1)
    yield models.Indicator, [{"id": n, "code": f"kpi.{n}", "label_zh": f"指标 {n}", "label_en": f"Indicator {n}", **kind} for n in indicators]
    quarter = {"code": "2026Q3", "kind": "quarter", "starts_on": date(2026, 7, 1), "ends_on": date(2026, 10, 1), "status": "closed"}
    yield models.Period, [{"id": 1, "run_id": 1, **quarter}]
    yield models.Score, [_score(person, indicator, draw) for person in staff for indicator in indicators]


def _person(number: int, draw: random.Random) -> dict[str, Any]:
    return {
        "id": number,
        "number": f"E{number:06}",
        "name_zh": f"{draw.choice('王李张刘陈杨')}伟{number}",
        "name_en": f"Wei {number}",
        "email": f"u{number}@example.com",
        "phone": f"+86 138{number:08}",
        "birth_date": date(1970, 1, 1) + timedelta(days=draw.randrange(10_000)),
        "job_title": "销售代表",
        "hired_on": date(2015, 1, 1) + timedelta(days=draw.randrange(3_000)),
        "left_on": date(2026, 12, 31) if number % 20 == 0 else None,
        "legal_entity_id": 1,
    }


def _score(person: int, indicator: int, draw: random.Random) -> dict[str, Any]:
    target, points = draw.randrange(1, 50) * 100_000_000, draw.randrange(400_000)
    same = {"run_id": 1, "employee_id": person, "indicator_id": indicator, "plan_item_id": indicator}
    return {**same, "target": target, "attainment": draw.randrange(1_500_000), "points": points}


class HandWritten:
    """
    The endpoints that a careful engineer would write for exactly these three questions.

    Args:
        guarded: whether they look up the token and its permissions.
    """

    def __init__(self, engine: Engine, *, guarded: bool) -> None:
        self.engine, self.guarded = engine, guarded
        employee, assigned, unit = models.Employee.table.c, models.Assignment.table, models.DepartmentInterval.table
        place = (
            models.Employee.table.outerjoin(assigned, (assigned.c.employee_id == employee.id) & _holds(assigned))
            .outerjoin(models.Department.table, models.Department.table.c.id == assigned.c.department_id)
            .outerjoin(unit, (unit.c.department_id == models.Department.table.c.id) & _holds(unit))
        )
        shown = ("id", "number", "name_zh", "name_en", "email", "phone", "job_title", "hired_on", "left_on", "birth_date")
        self.employees = select(*(employee[name] for name in shown), unit.c.department_id, unit.c.name_en).select_from(place).order_by(employee.id)
        self.names = select(employee.id, employee.name_zh).order_by(employee.id)
        self.person = select(employee.id, employee.name_zh, unit.c.department_id, unit.c.name_en).select_from(place)
        score, period = models.Score.table, models.Period.table
        self.scores = (
            select(score.c.run_id, score.c.employee_id, score.c.indicator_id, score.c.target, score.c.attainment, score.c.points)
            .join_from(score, period, period.c.run_id == score.c.run_id)
            .order_by(score.c.run_id, score.c.employee_id, score.c.indicator_id)
        )
        self.indicators = select(models.Indicator.id, models.Indicator.code, models.Indicator.label_en)
        token, user, held, grant = models.ApiToken.table, models.User.table, models.UserRole.table, models.Grant.table
        self.grants = (
            select(token.c.expires_at, grant.c.permission, grant.c.scope)
            .select_from(token)
            .join(user, user.c.id == token.c.user_id)
            .join(held, held.c.user_id == user.c.id)
            .join(grant, grant.c.role_id == held.c.role_id)
            .where(token.c.revoked_at.is_(None), user.c.active)
        )

    def app(self) -> Flask:
        """Return the application."""
        app = Flask("hand")
        for name in ("employees", "scores", "one"):
            app.add_url_rule(f"/{name}", name, self._view(getattr(self, f"answer_{name}")), methods=["POST"])
        return app

    def _view(self, answer: Callable[[Any, dict[str, Any]], Any]) -> Callable[[], Response]:
        def view() -> Response:
            asked = orjson.loads(request.get_data())["variables"]
            with self.engine.connect() as connection:
                if self.guarded:
                    self._demand(connection, "core.employee.read", "core.org.read", "core.result.read", "core.indicator.read")
                nodes = answer(connection, asked)
            return Response(orjson.dumps({"data": {"employees": {"nodes": nodes}}}), mimetype="application/json")

        return view

    def _demand(self, connection: Any, *permissions: str) -> None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        rows = connection.execute(self.grants.where(models.ApiToken.table.c.token_hash == sha256(token.encode()).digest())).all()
        held = {permission for expires_at, permission, scope in rows if expires_at > NOW and scope == "company"}
        if not held.issuperset(permissions):
            abort(403)

    def answer_employees(self, connection: Any, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Return people with their department."""
        return [
            {
                "id": PERSON(i), "number": number, "nameZh": zh, "nameEn": en, "email": email, "phone": phone, "jobTitle": title, "hiredOn": hired,
                "leftOn": left, "birthDate": born, "department": None if unit is None else {"id": UNIT(unit), "nameEn": name},
            }
            for i, number, zh, en, email, phone, title, hired, left, born, unit, name in connection.execute(self.employees.limit(asked["first"]))
        ]  # fmt: skip  # the order of the columns

    def answer_scores(self, connection: Any, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Return people with their scores and the scores' indicators."""
        people = connection.execute(self.names.limit(asked["first"])).all()
        indicators = {i: {"code": code, "labelEn": label} for i, code, label in connection.execute(self.indicators)}
        found: dict[int, list[dict[str, Any]]] = {person: [] for person, _ in people}
        scores = self.scores.where(models.Score.table.c.employee_id.in_(list(found)))
        for run, person, indicator, target, attainment, points in connection.execute(scores):
            found[person].append(
                {
                    "id": SCORE(run, person, indicator), "target": target if target is None else millionths(target),
                    "attainment": attainment if attainment is None else millionths(attainment), "points": millionths(points),
                    "indicator": indicators[indicator],
                }
            )  # fmt: skip
        return [{"id": PERSON(i), "nameZh": name, "scores": found[i]} for i, name in people]

    def answer_one(self, connection: Any, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Return one person with the department's name."""
        rows = connection.execute(self.person.where(models.Employee.table.c.number == asked["number"]))
        return [{"id": PERSON(i), "nameZh": name, "department": None if unit is None else {"nameEn": en}} for i, name, unit, en in rows]


PERSON, UNIT, SCORE = id_writer("Employee", 1), id_writer("Department", 1), id_writer("Score", 3)


def _holds(table: Any) -> Any:
    columns = table.c
    return (columns.valid_from <= DAY) & (columns.valid_to > DAY) & (columns.known_from <= NOW) & (columns.known_to > NOW)


def asking(client: FlaskClient, path: str, query: str, variables: dict[str, Any], token: str) -> Callable[[], bytes]:
    """Return the call that sends a question and gives the body of the answer."""
    body = orjson.dumps({"query": query, "variables": variables})
    headers = {"Authorization": f"Bearer {token}"}

    def call() -> bytes:
        response = client.post(path, data=body, content_type="application/json", headers=headers)
        assert response.status_code == 200, response.data[:500]
        return bytes(response.data)

    return call


@contextmanager
def idle_plugins(count: int) -> Iterator[dict[str, str]]:
    """Write plugins that implement hooks and do nothing, and lend their packages."""
    with TemporaryDirectory(prefix="bole-idle-") as folder:
        sys.path.insert(0, folder)
        for number in range(count):
            package = Path(folder) / f"idle_{number}"
            package.mkdir()
            manifest = f'name = "idle_{number}"\napi = 1\nversion = "0.1.0"\n[summary]\nzh = "无"\nen = "nothing"\n'
            (package / "plugin.toml").write_text(manifest, "utf-8")
            (package / "__init__.py").write_text(IDLE, "utf-8")
        try:
            yield {f"idle_{number}": f"idle_{number}" for number in range(count)}
        finally:
            sys.path.remove(folder)


IDLE = """
from bole.graphql import GraphQLPart
from bole.hookspecs import hookimpl

@hookimpl
def bole_graphql():
    return GraphQLPart()

@hookimpl
def bole_resolve_actor(work, credentials):
    return None

@hookimpl
def bole_indicators():
    return []
"""


def under_load(report: Report, kind: str, url: str, instance: str, token: str, rounds: int) -> None:
    """Measure the throughput of one person's question on a real server, round by round."""
    body = orjson.dumps({"query": ONE, "variables": {"number": "E000042"}})
    seconds: dict[str, list[float]] = {"ours": [], "hand": []}
    with servers(url, instance) as ports:
        for turn in range(rounds + 1):
            for name, path in (("ours", "/graphql"), ("hand", "/one")):
                took = seconds_per_request(ports[name], request_bytes(path, body, token), 1.0)
                if turn:
                    seconds[name].append(took)
    # Throughput, so bigger is better: the ratio of the times, turned round.
    report.add(f"one under load, {kind}", seconds, contender="hand", baseline="ours", goal=0.95, at_least=True)


def main() -> None:
    """Measure and report."""
    options = arguments(__doc__)
    people, rounds = (200, 9) if options.small else (1_000, 31)
    log_as_json(io.StringIO())
    report = Report("graphql")
    with databases() as urls, TemporaryDirectory() as instance, idle_plugins(20) as idle:
        host = Host(Config(instance=Path(instance)), packages={})
        crowded = Host(Config(instance=Path(instance), plugins=tuple(idle)), packages=idle)
        for kind, url in urls.items():
            database = Database(url)
            token = fill(database, host, people)
            ours = create_app(host, database, clock=FixedClock(NOW), sites={}).test_client()
            many = create_app(crowded, database, clock=FixedClock(NOW), sites={}).test_client()
            hand, bare = (HandWritten(database.engine, guarded=guarded).app().test_client() for guarded in (True, False))
            cases: dict[str, tuple[str, dict[str, Any], float, int]] = {
                "employees": (EMPLOYEES, {"first": people}, 1.25, 1),
                "scores": (SCORES, {"first": people}, 1.3, 1),
                "one": (ONE, {"number": "E000042"}, 1.2, 50),
            }
            for name, (query, variables, goal, repeat) in cases.items():
                calls = {who: asking(client, f"/{name}", query, variables, token) for who, client in {"hand": hand, "bare": bare}.items()}
                calls["ours"] = asking(ours, "/graphql", query, variables, token)
                if name == "employees":
                    calls["twenty"] = asking(many, "/graphql", query, variables, token)
                assert len({call() for call in calls.values()}) == 1, f"{name}: the answers differ"
                seconds = interleave(calls, rounds, repeat=repeat)
                report.add(f"{name}, {kind}", seconds, contender="ours", baseline="hand", goal=goal)
                report.add(f"{name}, {kind}, against none checked", seconds, contender="ours", baseline="bare", goal=goal)
                if name == "employees":
                    report.add(f"twenty plugins, {kind}", seconds, contender="twenty", baseline="ours", goal=1.05)
            under_load(report, kind, url, instance, token, rounds=3 if options.small else 7)
            database.engine.dispose()
    report.finish()


if __name__ == "__main__":
    main()
