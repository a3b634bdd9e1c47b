"""Fixtures for the tests of GraphQL: a company to ask about, and somebody who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, event

from bole.access import SYSTEM, Actor, Scope, Work
from bole.clock import Clock, FixedClock
from bole.contracts.schema import GraphQLPart
from bole.db import Database
from bole.graphql.service import GraphQLService
from bole.host import Host
from tests.conftest import NOW
from tests.core.graphql.company import put_company

CORE_READS = ("employee", "org", "indicator", "plan", "result", "award", "payout")


def reader(who: int | None = None, scope: Scope = Scope.COMPANY, /, **others: Scope | None) -> Actor:
    """Return an actor who reads all of the core within a scope; ``payout=None`` takes one permission away, ``payout=Scope.SELF`` narrows it."""
    scopes = {**dict.fromkeys(CORE_READS, scope), **others}
    return Actor("reader", employee_id=who, grants={f"core.{name}.read": reach for name, reach in scopes.items() if reach is not None})


@dataclass
class Api:
    """Asks one GraphQL service."""

    service: GraphQLService
    host: Host
    clock: Clock = field(default_factory=lambda: FixedClock(NOW))

    def ask(self, text: str, variables: dict[str, Any] | None = None, *, actor: Actor = SYSTEM, operation: str | None = None) -> dict[str, Any]:
        """Return the answer to a document."""
        with self.service.session() as session:
            return orjson.loads(self.service.answer(Work(session, self.host, actor, self.clock), text, variables, operation).body)

    def executed(self, text: str, variables: dict[str, Any] | None = None, *, actor: Actor = SYSTEM) -> dict[str, Any]:
        """Return the executor's answer to a query, without a compiled plan for the whole of it."""
        with self.service.session() as session:
            return orjson.loads(self.service.execute(Work(session, self.host, actor, self.clock), text, variables).body)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the statements that are sent to the database."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement != "BEGIN":
                sent.append(statement)

        class Noting:
            """Stands for the driver's cursor and notes what it executes."""

            def __init__(self, cursor: Any) -> None:
                self._cursor = cursor

            def execute(self, text: str, values: Any) -> None:
                """Note a statement and execute it."""
                sent.append(text)
                self._cursor.execute(text, values)

            def fetchall(self) -> Any:
                """Return the rows."""
                return self._cursor.fetchall()

        asking = self.service._question

        def question(*arguments: Any) -> Any:
            made = asking(*arguments)
            made.run.cursor = Noting(made.run.cursor)
            return made

        engine: Engine = self.service.database.engine
        event.listen(engine, "before_cursor_execute", note)
        self.service._question = question
        yield sent
        event.remove(engine, "before_cursor_execute", note)
        self.service._question = asking


@pytest.fixture
def api(database: Database, host: Host) -> Api:
    """The core's GraphQL over a company of six, on each database."""
    with database.session() as session:
        put_company(session)
    return Api(GraphQLService(host, database), host)


@pytest.fixture
def api_with(database: Database, host: Host, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Api]:
    """The core's GraphQL and the parts given, each as a plugin of its own: ``api_with(payroll=part)``."""

    def build(**parts: GraphQLPart) -> Api:
        from bole.graphql import service

        core = service.parts_of(host)
        monkeypatch.setattr(service, "parts_of", lambda _host: [*core, *parts.items()])
        with database.session() as session:
            put_company(session)
        return Api(GraphQLService(host, database), host)

    return build
